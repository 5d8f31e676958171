import { blockSize, type Cholesky } from './cholesky.js';
import { dot, subtractProductsInPlace, transposed } from './products.js';

// Right-hand sides are worked on as rows, so that every product is one of rows: X is Bᵀ, [numRhs, n].

/** X with L X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveLower(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = rowsOf('solveLower', c, b, numRhs);
  forwardInPlace(c, x, numRhs);
  return transposed(x, numRhs, c.n);
}

/** X with Lᵀ X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveUpper(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = rowsOf('solveUpper', c, b, numRhs);
  backwardInPlace(c, x, numRhs);
  return transposed(x, numRhs, c.n);
}

/** X with (A + jitter·I) X = B. B: [n, numRhs] row-major, not changed. Cost 2n²·numRhs flops. */
export function choleskySolve(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = rowsOf('choleskySolve', c, b, numRhs);
  forwardInPlace(c, x, numRhs);
  backwardInPlace(c, x, numRhs);
  return transposed(x, numRhs, c.n);
}

function rowsOf(name: string, { n }: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  if (b.length !== n * numRhs)
    throw new RangeError(`${name}: expected ${n}×${numRhs} entries, got ${b.length}`);
  return transposed(b, n, numRhs);
}

function forwardInPlace({ n, factor }: Cholesky, x: Float64Array, numRhs: number): void {
  for (let from = 0; from < n; from += blockSize) {
    const end = Math.min(n, from + blockSize);
    subtractProductsInPlace(
      { values: x, at: from, stride: n },
      { values: x, at: 0, stride: n },
      { values: factor, at: from * n, stride: n },
      numRhs,
      end - from,
      from,
    );
    for (let r = 0; r < numRhs; r++)
      for (let i = from; i < end; i++) {
        const sum = x[r * n + i]! - dot(factor, i * n + from, x, r * n + from, i - from);
        x[r * n + i] = sum / factor[i * n + i]!;
      }
  }
}

function backwardInPlace({ n, factor }: Cholesky, x: Float64Array, numRhs: number): void {
  const upper = transposed(factor, n, n);
  const numBlocks = Math.ceil(n / blockSize);
  for (let block = numBlocks - 1; block >= 0; block--) {
    const from = block * blockSize;
    const end = Math.min(n, from + blockSize);
    subtractProductsInPlace(
      { values: x, at: from, stride: n },
      { values: x, at: end, stride: n },
      { values: upper, at: from * n + end, stride: n },
      numRhs,
      end - from,
      n - end,
    );
    for (let r = 0; r < numRhs; r++)
      for (let i = end - 1; i >= from; i--) {
        const sum = x[r * n + i]! - dot(upper, i * n + i + 1, x, r * n + i + 1, end - i - 1);
        x[r * n + i] = sum / upper[i * n + i]!;
      }
  }
}
