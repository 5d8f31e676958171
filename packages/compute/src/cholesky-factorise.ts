import { dot, subtractProductsInPlace } from './products.js';

/** A lower factor, or the row at which there was none. */
export interface Factorisation {
  readonly factor: Float64Array;
  readonly failedAt: number | null;
}

/** Columns that are factorised together. */
const blockSize = 64;

/**
 * Lower Cholesky factor of a + jitter·I in JavaScript; reads the lower triangle of `a`, [n, n]. Cost n³/3 flops.
 * Source: Golub & Van Loan, Matrix Computations, §4.2.6 (block gaxpy form).
 */
export function factorise(a: Float64Array, n: number, jitter: number): Factorisation {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    l.set(a.subarray(i * n, i * n + i + 1), i * n);
    l[i * n + i]! += jitter;
  }
  const panel = (row: number, column: number) => ({ values: l, at: row * n + column, stride: n });
  for (let from = 0; from < n; from += blockSize) {
    const size = Math.min(blockSize, n - from);
    subtractProductsInPlace(panel(from, from), panel(from, 0), panel(from, 0), n - from, size, from);
    for (let i = from; i < n; i++) {
      const end = Math.min(i, from + size - 1);
      for (let j = from; j <= end; j++) {
        const sum = l[i * n + j]! - dot(l, i * n + from, l, j * n + from, j - from);
        if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
        else if (sum > 0 && sum < Infinity) l[i * n + i] = Math.sqrt(sum);
        else return { factor: l, failedAt: i };
      }
    }
  }
  clearAboveDiagonal(l, n);
  return { factor: l, failedAt: null };
}

/** The products of a block also touch the upper half of its diagonal block. */
function clearAboveDiagonal(l: Float64Array, n: number): void {
  for (let i = 0; i < n; i++) l.fill(0, i * n + i + 1, (i + 1) * n);
}
