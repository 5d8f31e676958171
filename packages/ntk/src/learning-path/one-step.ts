import { matmul64 } from '@tangent/compute';

// q(x) = softmax(f(x)), p: targets, η: learning rate, 𝒜 = diag(q) − qqᵀ = ∂q/∂f, k classes.

export interface StepOptions {
  /** eNTK(x, x_i) of the n watched and the b trained items, [nk, bk] float64: entry (x, j), (i, c) at row xk + j, column ik + c. */
  readonly blocks: Float64Array;
  /** q of the watched items before the step, [n, k]. */
  readonly probabilities: Float64Array;
  /** p_i − q(x_i) of the trained items, [b, k]: minus the gradient of their cross-entropies by the outputs. */
  readonly residuals: Float64Array;
  readonly numClasses: number;
  /** η of a step on the sum of the losses; for their mean pass η/b. */
  readonly learningRate: number;
}

/**
 * What one step of gradient descent on the cross-entropy of b items does to the probabilities of n others, [n, k]:
 * q_{t+1}(x) − q_t(x) = η 𝒜_t(x) Σ_i eNTK(x, x_i)(p_i − q_t(x_i)) + O(η²). Rows sum to 0. Cost 2nbk² flops.
 * Throws RangeError for shapes that do not fit. Source: MATH §6; Ren, Guo & Sutherland 2022, proposition 1.
 */
export function predictedStep(options: StepOptions): Float64Array {
  const { blocks, probabilities: q, residuals, numClasses: k, learningRate } = options;
  if (blocks.length !== q.length * residuals.length || q.length % k !== 0 || residuals.length % k !== 0)
    throw new RangeError(
      `predictedStep: blocks of ${blocks.length} numbers do not join ${q.length} probabilities and ` +
        `${residuals.length} residuals of ${k} classes`,
    );
  const outputs = matmul64(blocks, residuals, { m: q.length, k: residuals.length, n: 1 });
  const change = new Float64Array(q.length);
  for (let row = 0; row < q.length; row += k) {
    let mean = 0;
    for (let j = row; j < row + k; j++) mean += q[j]! * outputs[j]!;
    for (let j = row; j < row + k; j++) change[j] = learningRate * q[j]! * (outputs[j]! - mean);
  }
  return change;
}
