import type { GradientFactors } from '../gradient-factors.js';
import { kernelMatrix } from '../kernel-matrix.js';

/**
 * ‖ΦΦᵀ − K‖_F / ‖K‖_F: what a sketch costs in accuracy. Both of the same examples, a sample of the pool; `weights` are
 * those that the sketch was made with. Throws RangeError when the numbers of examples differ.
 */
export function sketchError(
  exact: GradientFactors,
  weights: readonly number[],
  sketch: GradientFactors,
): number {
  if (exact.numExamples !== sketch.numExamples)
    throw new RangeError(
      `sketchError: ${exact.numExamples} exact and ${sketch.numExamples} sketched examples; take the same`,
    );
  const kernel = kernelMatrix(exact, exact, weights);
  const estimate = kernelMatrix(sketch, sketch, [1]);
  let difference = 0;
  let norm = 0;
  kernel.forEach((value, i) => {
    difference += (estimate[i]! - value) ** 2;
    norm += value * value;
  });
  return Math.sqrt(difference / (norm || 1));
}
