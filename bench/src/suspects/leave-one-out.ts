import { cholesky, choleskySolve, solveLower } from '@tangent/compute';
import type { Gram } from '@tangent/ntk';

// N items, k classes, Y one-hot labels [N, k], α = (K + λI)⁻¹ Y.

export interface LeaveOneOut {
  /** What the kernel predicts for each item from all the others, [N, k]. */
  readonly means: Float64Array;
  readonly ridgeRelative: number;
  /** Mean of ‖y − m‖² over the items. */
  readonly error: number;
}

/**
 * Exact leave-one-out means of kernel regression on the labels themselves, m_i = y_i − α_i / (K + λI)⁻¹_ii, for the λ of
 * the grid (relative to the mean diagonal) with the least leave-one-out error: chosen by the labels that are given, not
 * by the true ones. Cost N³ a λ. Source: MATH §3; Rasmussen & Williams 2006, equation 5.12.
 */
export function leaveOneOut(
  gram: Gram,
  classes: Int32Array,
  numClasses: number,
  grid: readonly number[],
): LeaveOneOut {
  const n = gram.numItems;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const kernel = Float64Array.from(gram.block(all, all));
  for (let i = 0; i < n; i++) kernel[i * n + i] = gram.diagonal[i]!;
  const scale = gram.diagonal.reduce((a, b) => a + b, 0) / n;
  const labels = new Float64Array(n * numClasses);
  classes.forEach((c, i) => {
    labels[i * numClasses + c] = 1;
  });
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  let best: LeaveOneOut | undefined;
  for (const ridgeRelative of grid) {
    const regularised = kernel.slice();
    for (let i = 0; i < n; i++) regularised[i * n + i]! += ridgeRelative * scale;
    const factor = cholesky(regularised, n);
    const alpha = choleskySolve(factor, labels, numClasses);
    // (K + λI)⁻¹ = L⁻ᵀL⁻¹, so its diagonal is the squared lengths of the columns of L⁻¹.
    const inverse = solveLower(factor, identity, n);
    const diagonal = new Float64Array(n);
    for (let at = 0; at < inverse.length; at++) diagonal[at % n]! += inverse[at]! * inverse[at]!;
    const means = labels.map((y, at) => y - alpha[at]! / diagonal[Math.floor(at / numClasses)]!);
    const error = means.reduce((sum, m, at) => sum + (labels[at]! - m) ** 2, 0) / n;
    if (!best || error < best.error) best = { means, ridgeRelative, error };
  }
  if (!best) throw new RangeError('leaveOneOut: the grid of ridges is empty');
  return best;
}
