import type { Cholesky } from './cholesky.js';
import { invertLower } from './cholesky-invert.js';
import { gemm, hasNativeProducts } from './gemm.js';
import { dot, subtractProductsInPlace, transposed } from './products.js';

/** X with L X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveLower(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  assertRhs('solveLower', c, b, numRhs);
  if (isLarge(c, numRhs)) {
    const x = b.slice();
    forwardByBlocks(c, x, numRhs);
    return x;
  }
  return byRows(c, b, numRhs, [forwardInPlace]);
}

/** X with Lᵀ X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveUpper(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  assertRhs('solveUpper', c, b, numRhs);
  if (isLarge(c, numRhs)) {
    const x = b.slice();
    backwardByBlocks(c, x, numRhs);
    return x;
  }
  return byRows(c, b, numRhs, [backwardInPlace]);
}

/** X with (A + jitter·I) X = B. B: [n, numRhs] row-major, not changed. Cost 2n²·numRhs flops. */
export function choleskySolve(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  assertRhs('choleskySolve', c, b, numRhs);
  if (isLarge(c, numRhs)) {
    const x = b.slice();
    forwardByBlocks(c, x, numRhs);
    backwardByBlocks(c, x, numRhs);
    return x;
  }
  return byRows(c, b, numRhs, [forwardInPlace, backwardInPlace]);
}

function assertRhs(name: string, { n }: Cholesky, b: Float64Array, numRhs: number): void {
  if (b.length !== n * numRhs)
    throw new RangeError(`${name}: expected ${n}×${numRhs} entries, got ${b.length}`);
}

const isLarge = ({ n }: Cholesky, numRhs: number) => n >= 256 && numRhs >= 16 && hasNativeProducts();

// Large: blocks of rows of X, by native products.

const blockRows = 128;

/** Block i of X is L_ii⁻¹ (B_i − L[i, :i] X[:i]). */
function forwardByBlocks({ n, factor }: Cholesky, x: Float64Array, numRhs: number): void {
  for (let from = 0; from < n; from += blockRows) {
    const size = Math.min(blockRows, n - from);
    const block = x.subarray(from * numRhs, (from + size) * numRhs);
    if (from > 0)
      gemm({
        m: size,
        n: numRhs,
        k: from,
        a: part(factor, n, from, size, 0, from),
        b: x.subarray(0, from * numRhs),
        c: block,
        alpha: -1,
        beta: 1,
      });
    const inverse = invertLower(part(factor, n, from, size, from, size), size);
    gemm({ m: size, n: numRhs, k: size, a: inverse, b: block.slice(), c: block });
  }
}

/** Block i of X is L_ii⁻ᵀ (B_i − L[i+1:, i]ᵀ X[i+1:]). */
function backwardByBlocks({ n, factor }: Cholesky, x: Float64Array, numRhs: number): void {
  for (let block = Math.ceil(n / blockRows) - 1; block >= 0; block--) {
    const from = block * blockRows;
    const size = Math.min(blockRows, n - from);
    const after = from + size;
    const rows = x.subarray(from * numRhs, after * numRhs);
    if (after < n)
      gemm({
        m: size,
        n: numRhs,
        k: n - after,
        a: part(factor, n, after, n - after, from, size),
        b: x.subarray(after * numRhs),
        c: rows,
        transposeA: true,
        alpha: -1,
        beta: 1,
      });
    const inverse = invertLower(part(factor, n, from, size, from, size), size);
    gemm({ m: size, n: numRhs, k: size, a: inverse, b: rows.slice(), c: rows, transposeA: true });
  }
}

/** A block of a matrix whose rows are `stride` long, without gaps. */
function part(
  a: Float64Array,
  stride: number,
  row: number,
  rows: number,
  column: number,
  columns: number,
): Float64Array {
  const block = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const from = (row + r) * stride + column;
    block.set(a.subarray(from, from + columns), r * columns);
  }
  return block;
}

// Small: right-hand sides are worked on as rows, so that every product is one of rows: X is Bᵀ, [numRhs, n].

const blockSize = 64;

function byRows(
  c: Cholesky,
  b: Float64Array,
  numRhs: number,
  passes: readonly ((c: Cholesky, x: Float64Array, numRhs: number) => void)[],
): Float64Array {
  const x = transposed(b, c.n, numRhs);
  for (const pass of passes) pass(c, x, numRhs);
  return transposed(x, numRhs, c.n);
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
