import { createRandom } from '@tangent/compute';
import type { LabReport, LiveQuestion } from '@tangent/contracts';
import { loadContents } from '@tangent/database';
import type { ApproximationFigures, KernelFigures } from '@tangent/ntk';
import type { LabResult } from '../compute/kernel-lab.js';
import { fewestLabItems } from '../compute/lab-budget.js';
import { type Featuriser, featurise } from '../inputs/featuriser.js';
import { labeledOf, type Snapshot } from '../rounds/snapshot.js';
import type { Loaded } from './live-context.js';
import type { Prepared, ReportContext } from './live-reports.js';

/** Logits of a sample, items times classes: the spectrum of the eNTK takes the third power of them. */
const mostLogits = 800;
/** Fewer held-out items compare too little; then some of the labels are compared on instead. */
const fewestHeldOut = 10;
const mostEigenvalues = 50;

/** The kernels of the last round's model on a sample of what it was trained on and of what it was not. */
export function labReport(
  { live, signal, once }: ReportContext,
  { round, snapshot }: Loaded,
  question: Extract<LiveQuestion, { kind: 'lab' }>,
): Prepared {
  const seed = question.seed ?? round.seed;
  const numClasses = snapshot.classKeys.length;
  const byLogits = Math.floor(mostLogits / numClasses);
  const chosen = choose(snapshot, Math.min(question.items, byLogits), seed);
  const tooFew = reasonOf(chosen, numClasses, byLogits);
  const model = { roundId: round.id, version: round.model!.number };
  const nothing = (reason: string): LabReport => ({ model, sample: null, kernels: null, reason });
  if (tooFew !== null) return async () => ({ kind: 'lab', answer: nothing(tooFew) });
  const { train, test, testedOn } = chosen;
  const computed = once('lab', `${round.id} ${question.items} ${seed}`, async () => {
    const contents = await loadContents(
      live.db,
      [...train, ...test].map(({ id }) => id),
    );
    const inputs = { blobs: live.blobs, compute: live.reports, pixels: live.pixels, signal };
    const x = await featurise(inputs, round.model!.featuriser as Featuriser, contents);
    return live.reports.call(
      'kernelLab',
      {
        checkpoint: await live.blobs.get(round.model!.checkpointKey),
        x,
        classes: Int32Array.from([...train, ...test], ({ classIndex }) => classIndex),
        numTrain: train.length,
        numClasses,
        kernel: round.config.kernel,
        seed,
      },
      { signal },
    );
  });
  return async () => {
    const result = await computed;
    if (result.kind === 'too-large') return { kind: 'lab', answer: nothing(result.reason) };
    const { numTrain, numTest, bound } = result;
    const isBoundByLogits = question.items > byLogits && train.length + test.length === byLogits;
    const byClasses = isBoundByLogits
      ? `of ${numClasses} classes, more items have more than ${mostLogits} logits`
      : null;
    return {
      kind: 'lab',
      answer: {
        model,
        sample: {
          numItems: numTrain + numTest,
          numTrain,
          numTest,
          testedOn,
          seed,
          bound:
            bound ?? byClasses ?? (numTrain + numTest < question.items ? 'there are no more labels' : null),
        },
        kernels: kernelsOf(result, {
          numItems: snapshot.itemIds.length,
          isBalanced: round.config.kernel.balanced,
          sketchDimension: round.config.kernel.dimension,
        }),
        reason: null,
      },
    };
  };
}

interface Labeled {
  readonly id: string;
  readonly classIndex: number;
}
interface Chosen {
  readonly train: readonly Labeled[];
  readonly test: readonly Labeled[];
  readonly testedOn: 'holdout' | 'labels';
}

/** By the seed: labeled items to learn from and held-out items to compare on, or, without enough, labeled ones for both. */
function choose(snapshot: Snapshot, numItems: number, seed: number): Chosen {
  const random = createRandom(seed).fork('laboratory');
  const shuffled = <T>(name: string, from: readonly T[]) =>
    Array.from(random.fork(name).permutation(from.length), (i) => from[i]!);
  const labeled = shuffled(
    'labels',
    Array.from(labeledOf(snapshot), (i) => ({ id: snapshot.itemIds[i]!, classIndex: snapshot.classes[i]! })),
  );
  const heldOut = shuffled(
    'holdout',
    snapshot.holdoutIds.map((id, i) => ({ id, classIndex: snapshot.holdoutClasses[i]! })),
  );
  const half = Math.floor(numItems / 2);
  if (heldOut.length >= fewestHeldOut)
    return {
      train: labeled.slice(0, numItems - Math.min(half, heldOut.length)),
      test: heldOut.slice(0, half),
      testedOn: 'holdout',
    };
  const numTest = Math.floor(Math.min(numItems, labeled.length) / 2);
  return {
    train: labeled.slice(numTest, Math.min(numItems, labeled.length)),
    test: labeled.slice(0, numTest),
    testedOn: 'labels',
  };
}

function reasonOf({ train, test }: Chosen, numClasses: number, byLogits: number): string | null {
  if (byLogits < fewestLabItems)
    return `The eNTK of a sample has a row for every item and class: of ${numClasses} classes, ${mostLogits} rows are ${byLogits} items, too few to compare anything on.`;
  if (train.length + test.length < fewestLabItems || test.length === 0)
    return `There are ${train.length + test.length} labeled or held-out items; a comparison takes ${fewestLabItems} or more.`;
  return null;
}

function kernelsOf(
  { report, head, networkAccuracy, timingsMs }: LabResult,
  settings: { readonly numItems: number; readonly isBalanced: boolean; readonly sketchDimension: number },
): LabReport['kernels'] {
  const { numItems: numPool, isBalanced, sketchDimension } = settings;
  const { numClasses: k, ridgeRelative, crossLogitCosine } = report;
  const figures = (found: KernelFigures, milliseconds: number, poolBytes: number) => ({
    accuracy: found.accuracy,
    ridge: found.ridge,
    jitter: found.jitter,
    milliseconds,
    microsecondsPerPair: found.microsecondsPerPair,
    bytes: found.bytes,
    poolBytes,
    spectrum: {
      eigenvalues: Array.from(found.spectrum.eigenvalues.subarray(0, mostEigenvalues)),
      largest: found.spectrum.largest,
      smallest: found.spectrum.smallest,
      conditionNumber: found.spectrum.conditionNumber,
      effectiveDimension: found.spectrum.effectiveDimension,
    },
  });
  const approximation = (found: ApproximationFigures, milliseconds: number, poolBytes: number) => ({
    ...figures(found, milliseconds, poolBytes),
    frobeniusError: found.frobeniusError,
    largestEigenvalueError: found.largestEigenvalueError,
    smallestEigenvalueError: found.smallestEigenvalueError,
    conditionNumberError: found.conditionNumberError,
    maxDifference: found.maxDifference,
    meanDifference: found.meanDifference,
    equalArgmaxShare: found.equalArgmaxShare,
  });
  return {
    ridgeRelative,
    crossLogitCosine,
    isBalanced,
    head,
    sketchDimension,
    networkAccuracy,
    entk: figures(report.entk, timingsMs.entk, (numPool * k) ** 2 * 8),
    pntk: approximation(report.pntk, timingsMs.pntk, numPool ** 2 * 8),
    sketch: approximation(report.sketch!, timingsMs.sketch, numPool * sketchDimension * 4),
  };
}
