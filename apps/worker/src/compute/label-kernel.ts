import { type ComputeContext, createRandom } from '@tangent/compute';
import { stateOf } from './live-state.js';

export interface LabelKernelInput {
  readonly projectId: string;
  /** Of more labels so many are drawn by the round's seed. */
  readonly mostLabels: number;
  /** Items that a next label may come to, and items whose predictions are watched, to be drawn besides. */
  readonly numCandidates: number;
  readonly numEvaluation: number;
}

/** The kernel of some items of a live model: labeled ones, then candidates, then evaluation items, n in all. */
export interface LabelKernel {
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

/**
 * What a report on the labels needs of a live state, so that it can be computed in another thread. The kernel is that of the
 * posterior, whichever form keeps it; of the eNTK's blocks, the trace. Cost n² kernel entries.
 */
export function labelKernel(input: LabelKernelInput, context: ComputeContext): LabelKernel {
  const { pool, input: loaded, relevance, isSkipped } = stateOf(input.projectId);
  const { observations } = pool.posterior;
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
  const gram = pool.view.gram!;
  const n = items.length;
  const kernel = Float64Array.from(gram.block(items, items));
  for (let i = 0; i < n; i++) {
    kernel[i * n + i] = gram.diagonal[items[i]!]!;
    // Float32 products differ in the last digit across the diagonal.
    for (let j = 0; j < i; j++)
      kernel[i * n + j] = kernel[j * n + i] = (kernel[i * n + j]! + kernel[j * n + i]!) / 2;
  }
  context.transfer(kernel);
  return {
    items,
    numLabeled: labeled.length,
    numCandidates: candidates.length,
    classes: labeled.map((i) => observations.get(i)!.indexOf(1)),
    relevance: Float64Array.from(watched, (e) => relevance[e]!),
    kernel,
    numKnown: known.length,
  };
}
