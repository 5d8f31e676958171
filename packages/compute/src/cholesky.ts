import { factorisePanels, lowerPanels, type Panel } from './cholesky-panels.js';

// A: [n, n] symmetric positive definite, row-major float64. L: [n, n] lower triangular, A + jitter·I = L Lᵀ.

/** A matrix has no Cholesky factor, not even with the largest jitter allowed. */
export class NotPositiveDefiniteError extends Error {
  override readonly name = 'NotPositiveDefiniteError';
  readonly code = 'not-positive-definite';
  constructor(
    readonly n: number,
    /** The row at which the factorisation failed. */
    readonly pivot: number,
    readonly jitter: number,
  ) {
    super(
      `the ${n}×${n} matrix is not positive definite: pivot ${pivot} failed with jitter ${jitter.toExponential(2)}; ` +
        'raise the ridge, or look for NaN and duplicate rows',
    );
  }
}

/** A factor as `cholesky` made it, and as updates changed it. */
export interface Cholesky {
  readonly n: number;
  /** L in panels of columns, left to right; `denseFactor` makes one matrix of them. */
  readonly panels: readonly Panel[];
  /** What was added to the diagonal so that the factorisation went through; 0 where none was needed. */
  readonly jitter: number;
}

/**
 * Cholesky factor of a symmetric positive definite matrix; reads the lower triangle of `a`, [n, n] float64.
 * Tries jitter 0, then 1e-12 … `maxJitterRelative` (default 1e-6) × mean diagonal in steps of 10, and reports what it
 * used. Cost n³/3 flops, native from n = 256 on. Throws NotPositiveDefiniteError, and RangeError for a diagonal that is
 * not finite.
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
  for (let jitter = 0; ; ) {
    const panels = lowerPanels(a, n, jitter);
    const failedAt = factorisePanels(panels, n);
    if (failedAt === null) return { n, panels, jitter };
    const next = jitter === 0 ? 1e-12 * scale : jitter * 10;
    // A hair of slack: 1e-12 multiplied by ten six times is not exactly 1e-6.
    if (next > most * (1 + 1e-9)) throw new NotPositiveDefiniteError(n, failedAt, jitter);
    jitter = next;
  }
}

/** ln det(A + jitter·I) = 2 Σ ln L_ii. Cost n. */
export function choleskyLogDeterminant({ panels }: Cholesky): number {
  let sum = 0;
  for (const { width, values } of panels)
    for (let i = 0; i < width; i++) sum += Math.log(values[i * width + i]!);
  return 2 * sum;
}

/** L, [n, n] row-major, with zeros above the diagonal. */
export function denseFactor({ n, panels }: Cholesky): Float64Array {
  const factor = new Float64Array(n * n);
  for (const { at, width, values } of panels)
    for (let r = 0; r < n - at; r++)
      factor.set(values.subarray(r * width, (r + 1) * width), (at + r) * n + at);
  return factor;
}
