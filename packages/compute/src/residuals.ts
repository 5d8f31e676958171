import { type Cholesky, denseFactor } from './cholesky.js';
import type { GramAccumulator } from './gram-accumulator.js';
import { matmul64 } from './matmul64.js';

// How well a result solves its problem, to be asked for where the answer matters more than the time.

/** max |A + jitter·I − LLᵀ| / max |A|. A: [n, n], its lower triangle is read. Cost 2n³ flops. */
export function choleskyResidual(a: Float64Array, c: Cholesky): number {
  const { n, jitter } = c;
  const factor = denseFactor(c);
  const product = matmul64(factor, factor, { m: n, k: n, n, transposeB: true });
  let [largest, worst] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const wanted = a[i * n + j]! + (i === j ? jitter : 0);
      largest = Math.max(largest, Math.abs(wanted));
      worst = largerOf(worst, Math.abs(wanted - product[i * n + j]!));
    }
  return worst === 0 ? 0 : worst / largest;
}

/**
 * max |AX − B| / (max |A| · max |X| · n): a few 1e-16 for a backward stable solution, however ill A is conditioned.
 * A: [n, n]; X and B: [n, numRhs]. Cost 2n²·numRhs flops.
 */
export function solveResidual(a: Float64Array, x: Float64Array, b: Float64Array, numRhs: number): number {
  const n = b.length / numRhs;
  const product = matmul64(a, x, { m: n, k: n, n: numRhs });
  let worst = 0;
  for (let i = 0; i < b.length; i++) worst = largerOf(worst, Math.abs(product[i]! - b[i]!));
  return worst === 0 ? 0 : worst / (largestOf(a) * largestOf(x) * n);
}

/**
 * How far eigenvalues are from what the matrix says of them: Σλ is its trace and Σλ² the sum of its squares; the larger
 * difference, relative to Σ|λ| and Σλ². A: [n, n] symmetric. Cost n².
 */
export function eigenvalueResidual(a: Float64Array, eigenvalues: Float64Array): number {
  const n = eigenvalues.length;
  let [trace, squares] = [0, 0];
  for (let i = 0; i < n; i++) trace += a[i * n + i]!;
  for (const value of a) squares += value * value;
  let [sum, absolute, sumOfSquares] = [0, 0, 0];
  for (const value of eigenvalues) {
    sum += value;
    absolute += Math.abs(value);
    sumOfSquares += value * value;
  }
  const first = trace === sum ? 0 : Math.abs(trace - sum) / absolute;
  const second = squares === sumOfSquares ? 0 : Math.abs(squares - sumOfSquares) / sumOfSquares;
  return largerOf(first, second);
}

/** The trace of Σ xxᵀ beside Σ‖x‖² of the examples that were added, relative. examples: [n, d]. Cost nd. */
export function gramResidual(
  { sum, dimension }: GramAccumulator,
  examples: Float32Array | Float64Array,
): number {
  let [trace, squares] = [0, 0];
  for (let i = 0; i < dimension; i++) trace += sum[i * dimension + i]!;
  for (const value of examples) squares += value * value;
  return trace === squares ? 0 : Math.abs(trace - squares) / squares;
}

/** NaN counts as the larger one: a residual of NaN is no small residual. */
const largerOf = (a: number, b: number) => (b > a || Number.isNaN(b) ? b : a);

function largestOf(values: Float64Array): number {
  let largest = 0;
  for (const value of values) largest = Math.max(largest, Math.abs(value));
  return largest;
}
