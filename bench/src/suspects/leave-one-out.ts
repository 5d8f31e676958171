import { type Gram, KernelPosterior, looMeans, oneHot } from '@tangent/ntk';

export interface ChosenLeaveOneOut {
  /** What the kernel predicts for each item from all the others, [N, k]. */
  readonly means: Float64Array;
  readonly ridgeRelative: number;
  /** Mean of ‖y − m‖² over the items. */
  readonly error: number;
}

/**
 * Exact leave-one-out means of kernel regression on the labels themselves, for the λ of the grid (relative to the mean
 * diagonal) with the least leave-one-out error: chosen by the labels that are given, not by the true ones. Cost N³ a λ.
 */
export function leaveOneOut(
  gram: Gram,
  classes: Int32Array,
  numClasses: number,
  grid: readonly number[],
): ChosenLeaveOneOut {
  const n = gram.numItems;
  const results = grid.map((ridgeRelative): ChosenLeaveOneOut => {
    const posterior = KernelPosterior.build({
      gram,
      prior: new Float64Array(n * numClasses),
      numClasses,
      observations: Array.from(classes, (c, item) => ({ item, target: oneHot(c, numClasses) })),
      evaluation: Int32Array.of(0),
      ridgeRelative,
    });
    const { means, targets } = looMeans(posterior);
    return {
      means,
      ridgeRelative,
      error: means.reduce((sum, m, at) => sum + (targets[at]! - m) ** 2, 0) / n,
    };
  });
  return results.reduce((best, result) => (result.error < best.error ? result : best));
}
