import { symmetricEigenvalues } from '@tangent/compute';

// K: [n, n] kernel matrix, σ its eigenvalues, λ ridge.

export interface Spectrum {
  /** σ, [n] descending. */
  readonly eigenvalues: Float64Array;
  readonly largest: number;
  readonly smallest: number;
  /** Largest by smallest; null where the smallest is below what the entries' rounding resolves. */
  readonly conditionNumber: number | null;
  /** Σσ/(σ + λ): so many directions the labels can determine; negative rounding counts as 0. */
  readonly effectiveDimension: number;
  /** λ, absolute. */
  readonly ridge: number;
}

export interface SpectrumOptions {
  /** λ relative to the mean diagonal of K; default 1e-2. */
  readonly ridgeRelative?: number;
  /** Relative rounding of K's entries; default 2⁻²⁴, that of float32 products. */
  readonly rounding?: number;
}

/** How far a matrix may be from symmetric, relative to its largest entry: what blocks of float32 products leave. */
const maxAsymmetry = 1e-4;

/**
 * Eigenvalues of a kernel on a sample and what follows from them. Works on (K + Kᵀ)/2, in float64. Cost about 9n³
 * flops. Throws RangeError for an empty matrix, one that is not finite, or further than 1e-4 from symmetric.
 */
export function spectrumOf(kernel: ArrayLike<number>, n: number, options: SpectrumOptions = {}): Spectrum {
  const { ridgeRelative = 1e-2, rounding = 2 ** -24 } = options;
  if (n === 0) throw new RangeError('spectrumOf: the kernel is empty');
  const eigenvalues = symmetricEigenvalues(symmetrised(kernel, n), n).reverse();
  const [largest, smallest] = [eigenvalues[0]!, eigenvalues[n - 1]!];
  const ridge = ridgeRelative * meanDiagonal(kernel, n);
  return {
    eigenvalues,
    largest,
    smallest,
    conditionNumber: smallest > rounding * largest ? largest / smallest : null,
    effectiveDimension: eigenvalues.reduce((sum, s) => (s > 0 ? sum + s / (s + ridge) : sum), 0),
    ridge,
  };
}

/** tr K / n. */
export function meanDiagonal(kernel: ArrayLike<number>, n: number): number {
  let trace = 0;
  for (let i = 0; i < n; i++) trace += kernel[i * n + i]!;
  return trace / n;
}

function symmetrised(kernel: ArrayLike<number>, n: number): Float64Array {
  if (kernel.length !== n * n)
    throw new RangeError(`spectrumOf: ${kernel.length} entries do not make a kernel of ${n}×${n}`);
  const result = Float64Array.from(kernel);
  let [largest, worst] = [0, 0];
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const [low, high] = [kernel[i * n + j]!, kernel[j * n + i]!];
      if (!Number.isFinite(low + high)) throw new RangeError(`spectrumOf: entry (${i}, ${j}) is not finite`);
      largest = Math.max(largest, Math.abs(low), Math.abs(high));
      worst = Math.max(worst, Math.abs(low - high));
      result[i * n + j] = result[j * n + i] = (low + high) / 2;
    }
  if (worst > maxAsymmetry * largest)
    throw new RangeError(
      `spectrumOf: the kernel is not symmetric: two entries differ by ${worst}, the largest is ${largest}`,
    );
  return result;
}
