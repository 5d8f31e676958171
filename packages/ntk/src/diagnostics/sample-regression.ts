import { cholesky, choleskySolve, matmul64 } from '@tangent/compute';
import { meanDiagonal } from './spectrum.js';

// Kernel regression on a sample, for a kernel of whole items (width 1) or of their logits (width k).

/** A kernel on a sample: entries between logits (width = k, item-major) or between items (width = 1). */
export interface SampleKernel {
  /** [n·width, n·width]. */
  readonly values: ArrayLike<number>;
  readonly width: number;
}

export interface SampleTask {
  readonly numItems: number;
  readonly numClasses: number;
  /** f_L of every item, [n, k]; zeros when absent. */
  readonly prior?: ArrayLike<number>;
  readonly classes: ArrayLike<number>;
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
  /** λ relative to the mean diagonal of each kernel on the training items. */
  readonly ridgeRelative: number;
}

export interface SampleRegression {
  /** m of the test items, [test, k] float64. */
  readonly predictions: Float64Array;
  /** λ, absolute. */
  readonly ridge: number;
  /** What the factorisation needed beyond λ. */
  readonly jitter: number;
}

/**
 * m(x) = f_L(x) + K(x, L)(K_LL + λI)⁻¹(Y − f_L(X_L)) on one-hot targets, in float64: a kN × kN system for the eNTK, and
 * N × N with k right-hand sides for a kernel of items. λ is relative to each kernel's own mean diagonal, so that it
 * means the same for both (MATH §3). Cost (N·width)³/3. Throws NotPositiveDefiniteError.
 */
export function regressSample({ values, width }: SampleKernel, task: SampleTask): SampleRegression {
  const { numItems, numClasses: k, prior, classes, train, test, ridgeRelative } = task;
  const stride = numItems * width;
  const rowsOf = (items: ArrayLike<number>) =>
    Int32Array.from(
      { length: items.length * width },
      (_, r) => items[Math.floor(r / width)]! * width + (r % width),
    );
  const [left, right] = [rowsOf(test), rowsOf(train)];
  const blockOf = (rows: Int32Array, columns: Int32Array) => {
    const block = new Float64Array(rows.length * columns.length);
    rows.forEach((row, r) => {
      columns.forEach((column, c) => {
        block[r * columns.length + c] = values[row * stride + column]!;
      });
    });
    return block;
  };
  const kernel = blockOf(right, right);
  const n = right.length;
  const ridge = ridgeRelative * meanDiagonal(kernel, n);
  for (let i = 0; i < n; i++) kernel[i * n + i]! += ridge;
  const before = (item: number, j: number) => prior?.[item * k + j] ?? 0;
  // Of the eNTK [N, k] residuals are one right-hand side of length Nk; of a kernel of items, k of length N.
  const residual = Float64Array.from({ length: train.length * k }, (_, at) => {
    const [item, j] = [train[Math.floor(at / k)]!, at % k];
    return Number(classes[item] === j) - before(item, j);
  });
  const numRhs = k / width;
  const factor = cholesky(kernel, n);
  const change = matmul64(blockOf(left, right), choleskySolve(factor, residual, numRhs), {
    m: left.length,
    k: n,
    n: numRhs,
  });
  const predictions = change.map((v, at) => v + before(test[Math.floor(at / k)]!, at % k));
  return { predictions, ridge, jitter: factor.jitter };
}
