import { type ComputeContext, createRandom } from '@tangent/compute';
import type { Gram } from '@tangent/ntk';
import { stateOf } from './live-state.js';

export interface LabelKernelInput {
  readonly projectId: string;
  /** Of more labels so many are drawn by the round's seed. */
  readonly mostLabels: number;
  /** Of fewer labels that the state knows, or of more, no kernel is built. */
  readonly numKnownWithin: readonly [fewest: number, most: number];
  /** Items that a next label may come to, and items whose predictions are watched, to be drawn besides. */
  readonly numCandidates: number;
  readonly numEvaluation: number;
}

/** The kernel of some items of a live model: labeled ones, then candidates, then evaluation items, n in all. */
export interface LabelKernel {
  readonly kind: 'kernel';
  /** Pool index of each, [n]; an item may be both a candidate and an evaluation item. */
  readonly items: Int32Array;
  readonly numLabeled: number;
  readonly numCandidates: number;
  /** Class of the labeled ones, [numLabeled]. */
  readonly classes: Int32Array;
  /** Weight of the evaluation items. */
  readonly relevance: Float64Array;
  /** K, [n, n] float64, symmetric. */
  readonly kernel: Float64Array;
  /** Labels that the state knows. */
  readonly numKnown: number;
}

/** There are too few or too many labels for what was asked. */
export interface NoLabelKernel {
  readonly kind: 'none';
  readonly numKnown: number;
}

/**
 * What a report on the labels needs of a live state, so that it can be computed in another thread. The kernel is that of the
 * posterior, whichever form keeps it; of the eNTK's blocks, the trace. Cost n²/2 kernel entries.
 */
export function labelKernel(input: LabelKernelInput, context: ComputeContext): LabelKernel | NoLabelKernel {
  const { pool, input: loaded, relevance, isSkipped } = stateOf(input.projectId);
  const { observations } = pool.posterior;
  const [fewest, most] = input.numKnownWithin;
  const numKnown = observations.size;
  if (numKnown < fewest || numKnown > most) return { kind: 'none', numKnown };
  const known = Int32Array.from(observations.keys()).sort();
  const random = createRandom(loaded.seed).fork('label kernel');
  const draw = (name: string, from: Int32Array, count: number) =>
    random
      .fork(name)
      .sample(from.length, count)
      .map((i) => from[i]!);
  const labeled = draw('labels', known, input.mostLabels);
  const open = Int32Array.from(loaded.itemIds.keys()).filter((i) => !observations.has(i) && !isSkipped[i]);
  const candidates = draw('candidates', open, input.numCandidates);
  const watched = draw('evaluation', Int32Array.from(loaded.evaluation.keys()), input.numEvaluation);
  const items = Int32Array.from([...labeled, ...candidates, ...watched.map((e) => loaded.evaluation[e]!)]);
  const kernel = symmetricKernel(pool.view.gram!, items);
  context.transfer(kernel);
  return {
    kind: 'kernel',
    items,
    numLabeled: labeled.length,
    numCandidates: candidates.length,
    classes: labeled.map((i) => observations.get(i)!.indexOf(1)),
    relevance: Float64Array.from(watched, (e) => relevance[e]!),
    kernel,
    numKnown,
  };
}

/** Rows that are computed at once, from the diagonal on: what is left of it is their mirror. */
const rowsAtOnce = 512;

/** K of the items with each other, [n, n], its diagonal in float64 where the gram has it so. */
function symmetricKernel(gram: Gram, items: Int32Array): Float64Array {
  const n = items.length;
  const kernel = new Float64Array(n * n);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const rows = items.subarray(from, from + rowsAtOnce);
    const columns = items.subarray(from);
    const block = gram.block(rows, columns);
    for (let r = 0; r < rows.length; r++) {
      const i = from + r;
      kernel[i * n + i] = gram.diagonal[items[i]!]!;
      for (let c = r + 1; c < columns.length; c++)
        kernel[i * n + from + c] = kernel[(from + c) * n + i] = block[r * columns.length + c]!;
    }
  }
  return kernel;
}
