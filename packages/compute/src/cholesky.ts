// A: [n, n] symmetric positive definite, row-major float64. L: [n, n] lower triangular, A + jitter·I = L Lᵀ.

/** A matrix has no Cholesky factor, not even with the largest jitter allowed. */
export class NotPositiveDefiniteError extends Error {
  override readonly name = 'NotPositiveDefiniteError';
  readonly code = 'not-positive-definite';
  constructor(
    readonly n: number,
    readonly pivot: number,
    readonly jitter: number,
  ) {
    super(
      `the ${n}×${n} matrix is not positive definite: pivot ${pivot} failed with jitter ${jitter.toExponential(2)}; ` +
        'raise the ridge, or look for NaN and duplicate rows',
    );
  }
}

export interface Cholesky {
  readonly n: number;
  /** L, [n, n] row-major; above the diagonal 0. */
  readonly factor: Float64Array;
  /** What was added to the diagonal so that the factorisation went through; 0 where none was needed. */
  readonly jitter: number;
}

/**
 * Cholesky factor of a symmetric positive definite matrix; reads the lower triangle of `a`, [n, n] float64.
 * Tries jitter 0, then 1e-12 … `maxJitterRelative` × mean diagonal in steps of 10, and reports what it used.
 * Cost n³/3 flops. Throws NotPositiveDefiniteError.
 * Source: Golub & Van Loan, Matrix Computations, algorithm 4.2.1 (row-oriented).
 */
export function cholesky(
  a: Float64Array,
  n: number,
  options: { readonly maxJitterRelative?: number } = {},
): Cholesky {
  if (a.length !== n * n)
    throw new RangeError(`cholesky: expected ${n * n} entries for n = ${n}, got ${a.length}`);
  let trace = 0;
  for (let i = 0; i < n; i++) trace += a[i * n + i]!;
  if (!Number.isFinite(trace))
    throw new RangeError(`cholesky: the diagonal of the ${n}×${n} matrix holds NaN or infinity`);
  const scale = n === 0 ? 0 : Math.abs(trace / n) || 1;
  const most = (options.maxJitterRelative ?? 1e-6) * scale;
  const factor = new Float64Array(n * n);
  for (let jitter = 0; ; jitter = jitter === 0 ? 1e-12 * scale : jitter * 10) {
    const pivot = factorise(a, n, jitter, factor);
    if (pivot === -1) return { n, factor, jitter };
    if (jitter * 10 > most && jitter > 0) throw new NotPositiveDefiniteError(n, pivot, jitter);
  }
}

/** Fills `factor`; returns the pivot that failed, or −1. */
function factorise(a: Float64Array, n: number, jitter: number, factor: Float64Array): number {
  for (let i = 0; i < n; i++) {
    const rowI = i * n;
    for (let j = 0; j <= i; j++) {
      const rowJ = j * n;
      let sum = a[rowI + j]!;
      if (i === j) sum += jitter;
      sum -= dot(factor, rowI, factor, rowJ, j);
      if (i === j) {
        if (!(sum > 0)) return i;
        factor[rowI + i] = Math.sqrt(sum);
      } else {
        factor[rowI + j] = sum / factor[rowJ + j]!;
      }
    }
  }
  return -1;
}

/** Σ a[i+t]·b[j+t] over t < count, in four running sums. */
function dot(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t = 0;
  for (; t + 3 < count; t += 4) {
    s0 += a[i + t]! * b[j + t]!;
    s1 += a[i + t + 1]! * b[j + t + 1]!;
    s2 += a[i + t + 2]! * b[j + t + 2]!;
    s3 += a[i + t + 3]! * b[j + t + 3]!;
  }
  for (; t < count; t++) s0 += a[i + t]! * b[j + t]!;
  return s0 + s1 + (s2 + s3);
}

/** X with L X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveLower({ n, factor }: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = checkedCopy('solveLower', b, n, numRhs);
  for (let i = 0; i < n; i++) {
    const row = i * numRhs;
    for (let j = 0; j < i; j++) {
      const l = factor[i * n + j]!;
      if (l === 0) continue;
      const from = j * numRhs;
      for (let c = 0; c < numRhs; c++) x[row + c]! -= l * x[from + c]!;
    }
    const d = 1 / factor[i * n + i]!;
    for (let c = 0; c < numRhs; c++) x[row + c]! *= d;
  }
  return x;
}

/** X with Lᵀ X = B. B: [n, numRhs] row-major, not changed. Cost n²·numRhs flops. */
export function solveUpper({ n, factor }: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  const x = checkedCopy('solveUpper', b, n, numRhs);
  for (let i = n - 1; i >= 0; i--) {
    const row = i * numRhs;
    const d = 1 / factor[i * n + i]!;
    for (let c = 0; c < numRhs; c++) x[row + c]! *= d;
    for (let j = 0; j < i; j++) {
      const l = factor[i * n + j]!;
      if (l === 0) continue;
      const to = j * numRhs;
      for (let c = 0; c < numRhs; c++) x[to + c]! -= l * x[row + c]!;
    }
  }
  return x;
}

/** X with (A + jitter·I) X = B. B: [n, numRhs] row-major, not changed. Cost 2n²·numRhs flops. */
export function choleskySolve(c: Cholesky, b: Float64Array, numRhs: number): Float64Array {
  return solveUpper(c, solveLower(c, b, numRhs), numRhs);
}

function checkedCopy(name: string, b: Float64Array, n: number, numRhs: number): Float64Array {
  if (b.length !== n * numRhs)
    throw new RangeError(`${name}: expected ${n}×${numRhs} entries, got ${b.length}`);
  return b.slice();
}
