import type { Network } from '@tangent/networks';
import {
  entkGram,
  gradientFactors,
  type Head,
  type KernelReport,
  kernelMatrix,
  kernelReport,
  sketchError,
  sketchFeatures,
  symmetriseInPlace,
} from '@tangent/ntk';
import { median } from '../harness.js';

const numTimings = 5;

export interface Sample {
  /** [n, …inputShape]. */
  readonly x: Float32Array;
  readonly classes: Int32Array;
  readonly numClasses: number;
  /** Of the first items the regressions learn; they are compared on the others. */
  readonly numTrain: number;
}

/** Times of computing a kernel, gradients included, ms; not the first. */
export interface KernelTimes {
  readonly entk: readonly number[];
  readonly pntk: readonly number[];
}

export interface KernelComparison {
  readonly timesMs: KernelTimes;
  readonly report: KernelReport;
  /** ‖eNTK − K ⊗ I‖_F/‖eNTK‖_F of each head. */
  readonly errors: Readonly<Record<'sum' | 'trace', number>>;
  /**
   * Of the head `sum` without the last layer, whose part of the eNTK is K ⊗ I at any width and, in the standard
   * parametrisation, grows with the width beside the others: the error of what is not exact anyway.
   */
  readonly hiddenError: number;
}

/** The eNTK of a network on a sample, exactly, beside the pseudo-NTKs of the heads `sum` and `trace`. */
export function compareKernels(network: Network, sample: Sample): KernelComparison {
  const { x, classes, numClasses, numTrain } = sample;
  const n = classes.length;
  const items = Int32Array.from({ length: n }, (_, i) => i);
  const timed = <T>(compute: () => T) => {
    const value = compute();
    const times = Array.from({ length: numTimings }, () => {
      const before = performance.now();
      compute();
      return performance.now() - before;
    });
    return { value, times };
  };
  const entk = timed(() => {
    const factors = gradientFactors(network, x, n, { type: 'outputs' });
    return {
      kernel: Float64Array.from(entkGram(factors, onesOf(factors)).block(items, items)),
      outputs: factors.outputs,
    };
  });
  const pseudo = (head: Head) =>
    timed(() => {
      const factors = gradientFactors(network, x, n, head);
      return Float64Array.from(kernelMatrix(factors, factors, onesOf(factors)));
    });
  const [sum, trace] = [pseudo({ type: 'sum' }), pseudo({ type: 'trace' })];
  const timesMs = { entk: entk.times, pntk: sum.times };
  const hidden = (head: Head) => {
    const factors = gradientFactors(network, x, n, head);
    return { factors, weights: factors.layers.map((_, l) => (l === factors.layers.length - 1 ? 0 : 1)) };
  };
  const reportOf = (pntk: { readonly value: Float64Array }) =>
    kernelReport({
      entk: symmetric(entk.value.kernel, n * numClasses),
      pntk: symmetric(pntk.value, n),
      numItems: n,
      numClasses,
      classes,
      prior: entk.value.outputs,
      train: items.slice(0, numTrain),
      test: items.slice(numTrain),
      timingsMs: { entk: median(timesMs.entk), pntk: median(timesMs.pntk) },
    });
  const report = reportOf(sum);
  const errors = {
    sum: report.pntk.frobeniusError,
    trace: frobeniusError(entk.value.kernel, trace.value, n, numClasses),
  };
  const [whole, summed] = [hidden({ type: 'outputs' }), hidden({ type: 'sum' })];
  const hiddenError = frobeniusError(
    Float64Array.from(entkGram(whole.factors, whole.weights).block(items, items)),
    Float64Array.from(kernelMatrix(summed.factors, summed.factors, summed.weights)),
    n,
    numClasses,
  );
  return { timesMs, report, errors, hiddenError };
}

export type SketchMethod = 'product' | 'kronecker';

/** ‖ΦΦᵀ − K‖_F/‖K‖_F of sketches of the trace kernel, by dimension. */
export function sketchErrors(
  network: Network,
  { x, classes }: Sample,
  dimensions: readonly number[],
  { seed, method }: { readonly seed: number; readonly method: SketchMethod },
): number[] {
  const n = classes.length;
  const head: Head = { type: 'trace' };
  const exact = gradientFactors(network, x, n, head);
  const weights = onesOf(exact);
  return dimensions.map((dimension) =>
    sketchError(exact, weights, sketchFeatures(network, x, n, head, weights, { dimension, seed, method })),
  );
}

const onesOf = ({ layers }: { readonly layers: readonly unknown[] }) => layers.map(() => 1);

function frobeniusError(entk: Float64Array, kernel: Float64Array, n: number, k: number): number {
  let difference = 0;
  let norm = 0;
  for (let row = 0; row < n * k; row++)
    for (let column = 0; column < n * k; column++) {
      const value = entk[row * n * k + column]!;
      const theirs = row % k === column % k ? kernel[Math.floor(row / k) * n + Math.floor(column / k)]! : 0;
      difference += (value - theirs) ** 2;
      norm += value ** 2;
    }
  return Math.sqrt(difference / norm);
}

/** Products in float32 differ in the last digit across the diagonal; spectra want them equal. */
function symmetric(matrix: Float64Array, n: number): Float64Array {
  const copy = matrix.slice();
  symmetriseInPlace(copy, n);
  return copy;
}
