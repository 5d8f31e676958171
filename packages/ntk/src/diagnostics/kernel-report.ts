import { matmul64 } from '@tangent/compute';
import { argmaxes } from '../probabilities.js';
import { crossLogitCosine } from './cross-logit-cosine.js';
import { regressSample, type SampleRegression, type SampleTask } from './sample-regression.js';
import { type Spectrum, spectrumOf } from './spectrum.js';

// n items of a sample, k classes, d features of a sketch.

export interface KernelReportOptions {
  /** [nk, nk], item-major: logit j of item i at row ik + j. */
  readonly entk: ArrayLike<number>;
  /** [n, n]. */
  readonly pntk: ArrayLike<number>;
  /** Φ, [n, d], where the kernel is sketched. */
  readonly sketch?: { readonly features: ArrayLike<number>; readonly dimension: number };
  readonly numItems: number;
  readonly numClasses: number;
  /** Class of every item, [n]. */
  readonly classes: ArrayLike<number>;
  /** f_L of every item, [n, k]; zeros when absent. */
  readonly prior?: ArrayLike<number>;
  /** Items that the regressions learn from, and others that they are compared on. */
  readonly train: ArrayLike<number>;
  readonly test: ArrayLike<number>;
  /** λ relative to the mean diagonal of each kernel; default 1e-2. */
  readonly ridgeRelative?: number;
  /** What each kernel took on the sample, measured by the caller. */
  readonly timingsMs?: { readonly entk: number; readonly pntk: number; readonly sketch?: number };
}

/** What the eNTK itself does on the sample. */
export interface KernelFigures {
  readonly spectrum: Spectrum;
  /** Share of the test items whose class its regression finds. */
  readonly accuracy: number;
  readonly ridge: number;
  readonly jitter: number;
  /** Bytes to keep it for all n items, in the number type that we keep it in. */
  readonly bytes: number;
  /** Of the n² pairs of items; null where it was not measured. */
  readonly microsecondsPerPair: number | null;
}

/** A cheaper kernel beside the eNTK. Relative differences are |theirs − eNTK’s| / |eNTK’s|. */
export interface ApproximationFigures extends KernelFigures {
  /** ‖eNTK − K ⊗ I_k‖_F / ‖eNTK‖_F. */
  readonly frobeniusError: number;
  readonly largestEigenvalueError: number;
  /** null where the eNTK's smallest eigenvalue is not resolved, and so for the condition number of either. */
  readonly smallestEigenvalueError: number | null;
  readonly conditionNumberError: number | null;
  /** |difference| of the regressions' predictions over test items and classes. */
  readonly maxDifference: number;
  readonly meanDifference: number;
  /** Share of the test items for which both find the same class. */
  readonly equalArgmaxShare: number;
}

export interface KernelReport {
  readonly numItems: number;
  readonly numClasses: number;
  readonly ridgeRelative: number;
  /** Mean cosine of the gradients of two logits; see crossLogitCosine. */
  readonly crossLogitCosine: number | null;
  readonly entk: KernelFigures;
  readonly pntk: ApproximationFigures;
  readonly sketch: ApproximationFigures | null;
}

/**
 * How well the pseudo-NTK, and a sketch of it, stand for the eNTK on a sample (MATH §7): norms, spectra, the regressions
 * that they give, and what they cost to keep: eNTK (kN)²·8 bytes, pNTK N²·8, sketch N·d·4. Everything float64; λ is
 * relative to each kernel's own mean diagonal. Cost about 9(nk)³ flops, so a sample of nk ≤ 1,000 takes seconds.
 * Throws RangeError for shapes and numbers that do not fit, or train and test items that overlap.
 * Sources: Mohamadi, Bae & Sutherland 2023 (pNTK), section 5.
 */
export function kernelReport(options: KernelReportOptions): KernelReport {
  const { entk, sketch, numItems: n, numClasses: k, ridgeRelative = 1e-2, timingsMs } = options;
  assertSample(options);
  const task: SampleTask = { ...options, ridgeRelative };
  const spectrum = spectrumOf(entk, n * k, { ridgeRelative });
  const regression = regressSample({ values: entk, width: k }, task);
  const figures = (
    ofKernel: { spectrum: Spectrum; regression: SampleRegression },
    bytes: number,
    milliseconds: number | undefined,
  ): KernelFigures => ({
    spectrum: ofKernel.spectrum,
    accuracy: accuracyOn(task, ofKernel.regression.predictions),
    ridge: ofKernel.regression.ridge,
    jitter: ofKernel.regression.jitter,
    bytes,
    microsecondsPerPair: milliseconds === undefined ? null : (1000 * milliseconds) / (n * n),
  });
  const reference = { spectrum, regression };
  const approximation = (
    kernel: ArrayLike<number>,
    bytes: number,
    milliseconds: number | undefined,
  ): ApproximationFigures => {
    const own = {
      spectrum: spectrumOf(kernel, n, { ridgeRelative }),
      regression: regressSample({ values: kernel, width: 1 }, task),
    };
    return {
      ...figures(own, bytes, milliseconds),
      frobeniusError: frobeniusError(entk, kernel, n, k),
      ...spectralErrors(spectrum, own.spectrum),
      ...agreement(regression.predictions, own.regression.predictions, k),
    };
  };
  return {
    numItems: n,
    numClasses: k,
    ridgeRelative,
    crossLogitCosine: crossLogitCosine(entk, n, k),
    entk: figures(reference, (n * k) ** 2 * 8, timingsMs?.entk),
    pntk: approximation(options.pntk, n * n * 8, timingsMs?.pntk),
    sketch: sketch ? approximation(productsOf(sketch, n), n * sketch.dimension * 4, timingsMs?.sketch) : null,
  };
}

function assertSample({
  entk,
  pntk,
  sketch,
  numItems: n,
  numClasses: k,
  ...rest
}: KernelReportOptions): void {
  const expect = (what: string, actual: number, expected: number) => {
    if (actual !== expected)
      throw new RangeError(`kernelReport: ${what} has ${actual} entries instead of ${expected}`);
  };
  expect('the eNTK', entk.length, (n * k) ** 2);
  expect('the pNTK', pntk.length, n * n);
  expect('the list of classes', rest.classes.length, n);
  if (sketch) expect('the sketch', sketch.features.length, n * sketch.dimension);
  if (rest.prior) {
    expect('the prior', rest.prior.length, n * k);
    for (let at = 0; at < n * k; at++)
      if (!Number.isFinite(rest.prior[at]!))
        throw new RangeError(`kernelReport: the prior of item ${Math.floor(at / k)} is ${rest.prior[at]}`);
  }
  for (let i = 0; i < n; i++)
    if (!(rest.classes[i]! >= 0 && rest.classes[i]! < k))
      throw new RangeError(`kernelReport: item ${i} has class ${rest.classes[i]}, not one of 0 … ${k - 1}`);
  for (const item of [...Array.from(rest.train), ...Array.from(rest.test)])
    if (!(item >= 0 && item < n)) throw new RangeError(`kernelReport: there is no item ${item} of ${n}`);
  const train = new Set(Array.from(rest.train));
  if (train.size === 0 || rest.test.length === 0)
    throw new RangeError('kernelReport: there must be training and test items');
  const shared = Array.from(rest.test).find((item) => train.has(item));
  if (shared !== undefined)
    throw new RangeError(`kernelReport: item ${shared} is both a training and a test item`);
}

/** ΦΦᵀ, [n, n] float64. */
function productsOf(sketch: { readonly features: ArrayLike<number>; readonly dimension: number }, n: number) {
  const features = Float64Array.from(sketch.features);
  return matmul64(features, features, { m: n, k: sketch.dimension, n, transposeB: true });
}

function frobeniusError(
  entk: ArrayLike<number>,
  kernel: ArrayLike<number>,
  n: number,
  numClasses: number,
): number {
  const width = n * numClasses;
  let [difference, norm] = [0, 0];
  for (let r = 0; r < width; r++)
    for (let c = 0; c < width; c++) {
      const exact = entk[r * width + c]!;
      const isSameLogit = r % numClasses === c % numClasses;
      const other = isSameLogit ? kernel[Math.floor(r / numClasses) * n + Math.floor(c / numClasses)]! : 0;
      difference += (exact - other) ** 2;
      norm += exact * exact;
    }
  return Math.sqrt(difference / (norm || 1));
}

/** K ⊗ I has the eigenvalues of K, each k times. */
function spectralErrors(exact: Spectrum, other: Spectrum) {
  const relative = (a: number, b: number) => Math.abs(a - b) / Math.abs(b);
  const isResolved = exact.conditionNumber !== null;
  return {
    largestEigenvalueError: relative(other.largest, exact.largest),
    smallestEigenvalueError: isResolved ? relative(other.smallest, exact.smallest) : null,
    conditionNumberError:
      exact.conditionNumber === null || other.conditionNumber === null
        ? null
        : relative(other.conditionNumber, exact.conditionNumber),
  };
}

function agreement(exact: Float64Array, other: Float64Array, numClasses: number) {
  let [maxDifference, sum] = [0, 0];
  for (let i = 0; i < exact.length; i++) {
    const difference = Math.abs(exact[i]! - other[i]!);
    maxDifference = Math.max(maxDifference, difference);
    sum += difference;
  }
  const [ofExact, ofOther] = [argmaxes(exact, numClasses), argmaxes(other, numClasses)];
  return {
    maxDifference,
    meanDifference: sum / exact.length,
    equalArgmaxShare: ofExact.filter((c, i) => c === ofOther[i]).length / ofExact.length,
  };
}

function accuracyOn({ test, classes, numClasses }: SampleTask, predictions: Float64Array): number {
  const found = argmaxes(predictions, numClasses);
  return found.filter((c, i) => c === classes[test[i]!]).length / found.length;
}
