import type { KernelConfig } from '@tangent/contracts';
import { decodeCheckpoint, type Network } from '@tangent/networks';
import {
  argmaxes,
  entkGram,
  factorBytes,
  gradientFactors,
  type Head,
  type KernelReport,
  kernelMatrix,
  kernelReport,
  layerWeights,
  sketchFeatures,
  symmetriseInPlace,
} from '@tangent/ntk';
import { headOf } from './feature-plan.js';

export interface LabInput {
  readonly checkpoint: Uint8Array;
  /** Labeled items to learn from, then items to compare on, [n, …inputShape]; of each the first are taken. */
  readonly x: Float32Array;
  readonly classes: Int32Array;
  readonly numTrain: number;
  readonly numClasses: number;
  readonly kernel: KernelConfig;
  readonly seed: number;
}

export interface LabResult {
  readonly report: KernelReport;
  readonly numTrain: number;
  readonly numTest: number;
  /** Of the pseudo-NTK. */
  readonly head: Head['type'];
  readonly networkAccuracy: number;
  readonly timingsMs: { readonly entk: number; readonly pntk: number; readonly sketch: number };
  /** Why fewer items than were given. */
  readonly bound: string | null;
}

/** What the eNTK of a sample may take. */
const most = { milliseconds: 4000, bytes: 512 * 2 ** 20 } as const;
const pilots = [8, 16] as const;

/**
 * The exact eNTK of the network beside the pseudo-NTK that the project works with and its sketch, on as many of the items
 * as take seconds: two small pilots tell what the eNTK costs a pair. All with the same layer weights, those of the sample's
 * trace. The regressions are of the kernels alone, f_L = 0.
 */
export function kernelLab(input: LabInput): LabResult {
  const { x, classes, numTrain: numGiven, numClasses, kernel, seed } = input;
  const network = decodeCheckpoint(input.checkpoint);
  const width = x.length / classes.length;
  const { n, bound } = affordable(network, x, width, classes.length);
  const numTrain = Math.min(n - 1, Math.max(1, Math.round((n * numGiven) / classes.length)));
  const rows = Int32Array.from({ length: n }, (_, i) => (i < numTrain ? i : numGiven + i - numTrain));
  const sample = new Float32Array(n * width);
  rows.forEach((row, i) => {
    sample.set(x.subarray(row * width, (row + 1) * width), i * width);
  });
  const sampleClasses = rows.map((row) => classes[row]!);
  const items = Int32Array.from({ length: n }, (_, i) => i);

  const { weights } = layerWeights(gradientFactors(network, sample, n, { type: 'trace' }), kernel.balanced);
  // The eNTK's own approximation is the trace; the last layer's kernel leaves out what is compared here.
  const isWhole = kernel.type !== 'entk' && kernel.type !== 'last-layer';
  const head = isWhole ? headOf(kernel, seed) : ({ type: 'trace' } as const);
  const { dimension, sketchMethod: method, sketchDistribution: distribution } = kernel;
  const shape = { dimension, seed, distribution, ...(method && { method }) };
  const entk = timed(() => {
    const factors = gradientFactors(network, sample, n, { type: 'outputs' });
    return { factors, kernel: entkGram(factors, weights).block(items, items) };
  });
  const pntk = timed(() => {
    const factors = gradientFactors(network, sample, n, head);
    return kernelMatrix(factors, factors, weights);
  });
  const sketch = timed(() => sketchFeatures(network, sample, n, head, weights, shape).layers[0]!);
  const layer = sketch.value;
  if (layer.kind !== 'features') throw new Error(`a sketch of kind ${layer.kind}`);
  const timingsMs = { entk: entk.ms, pntk: pntk.ms, sketch: sketch.ms };
  const report = kernelReport({
    entk: symmetric(entk.value.kernel, n * numClasses),
    pntk: symmetric(pntk.value, n),
    sketch: { features: layer.values, dimension: layer.width },
    numItems: n,
    numClasses,
    classes: sampleClasses,
    train: items.slice(0, numTrain),
    test: items.slice(numTrain),
    timingsMs,
  });
  const predicted = argmaxes(entk.value.factors.outputs, numClasses);
  const isRight = items.slice(numTrain).filter((i) => predicted[i] === sampleClasses[i]);
  return {
    report,
    numTrain,
    numTest: n - numTrain,
    head: head.type,
    networkAccuracy: isRight.length / (n - numTrain),
    timingsMs,
    bound,
  };
}

/** As many of the items as the time and the memory of their eNTK allow. */
function affordable(network: Network, x: Float32Array, width: number, numGiven: number) {
  const byMemory = Math.floor(most.bytes / factorBytes(network, { type: 'outputs' }));
  const time = (n: number) => {
    const items = Int32Array.from({ length: n }, (_, i) => i);
    return timed(() => {
      const factors = gradientFactors(network, x.subarray(0, n * width), n, { type: 'outputs' });
      return entkGram(
        factors,
        factors.layers.map(() => 1),
      ).block(items, items);
    }).ms;
  };
  const [small, large] = pilots;
  let byTime = Number.POSITIVE_INFINITY;
  if (numGiven > large) {
    // The first run compiles what later ones use, and the machine may be busy with others.
    const least = (count: number) => Math.min(time(count), time(count), time(count));
    const [first, second] = [least(small), least(large)];
    const perPair = Math.max(0, second - first) / (large ** 2 - small ** 2);
    if (perPair > 0)
      byTime = Math.max(large, Math.floor(Math.sqrt(Math.max(0, most.milliseconds - first) / perPair)));
  }
  const n = Math.max(2, Math.min(numGiven, byMemory, byTime));
  const bound =
    n === numGiven
      ? null
      : byMemory < byTime
        ? `the gradients of more items would take more than ${most.bytes / 2 ** 20} MiB`
        : `the eNTK of more items would take more than ${most.milliseconds / 1000} seconds`;
  return { n, bound };
}

function timed<T>(compute: () => T): { readonly value: T; readonly ms: number } {
  const from = performance.now();
  return { value: compute(), ms: performance.now() - from };
}

/** Products in float32 differ in the last digit across the diagonal; spectra want them equal. */
function symmetric(matrix: ArrayLike<number>, n: number): Float64Array {
  const copy = Float64Array.from(matrix);
  symmetriseInPlace(copy, n);
  return copy;
}
