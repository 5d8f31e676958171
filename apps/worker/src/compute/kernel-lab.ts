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
import { affordable, type LabBudget } from './lab-budget.js';

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
  readonly kind: 'compared';
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

/**
 * The exact eNTK of the network beside the pseudo-NTK that the project works with and its sketch, on as many of the items
 * as fit and take seconds. All with the same layer weights, those of the sample's trace. The regressions are of the kernels
 * alone, f_L = 0.
 */
export function kernelLab(input: LabInput): LabResult | Extract<LabBudget, { kind: 'too-large' }> {
  const { x, classes, numTrain: numGiven, numClasses, kernel, seed } = input;
  const network = decodeCheckpoint(input.checkpoint);
  const width = x.length / classes.length;
  const budget = affordable({
    numGiven: classes.length,
    bytesPerItem: factorBytes(network, { type: 'outputs' }),
    timeOf: (n) => timed(() => entkOf(network, x.subarray(0, n * width), n)).ms,
  });
  if (budget.kind === 'too-large') return budget;
  const { n, bound } = budget;
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
  const entk = timed(() => entkOf(network, sample, n, weights));
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
    kind: 'compared',
    report,
    numTrain,
    numTest: n - numTrain,
    head: head.type,
    networkAccuracy: isRight.length / (n - numTrain),
    timingsMs,
    bound,
  };
}

/** The eNTK of all n items, and what it is made of; the weights of the layers are 1 where none are given. */
function entkOf(network: Network, x: Float32Array, n: number, weights?: readonly number[]) {
  const items = Int32Array.from({ length: n }, (_, i) => i);
  const factors = gradientFactors(network, x, n, { type: 'outputs' });
  return { factors, kernel: entkGram(factors, weights ?? factors.layers.map(() => 1)).block(items, items) };
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
