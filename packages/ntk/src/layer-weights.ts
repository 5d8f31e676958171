import type { GradientFactors, LayerFactors } from './gradient-factors.js';

/** How much each layer counts in the kernel, and how much it would count by itself. */
export interface LayerWeights {
  readonly names: readonly string[];
  /** Factor of each layer's contribution: 1, or 1 / mean trace when balanced. */
  readonly weights: readonly number[];
  /** Each layer's share of the unweighted mean trace; sums to 1. Always reported. */
  readonly shares: readonly number[];
}

/** Mean of each layer's kernel diagonal (‖a‖² + 1)‖δ‖² over the examples. */
export function meanTraces(factors: GradientFactors): number[] {
  return factors.layers.map((layer) => {
    const diagonal = layerDiagonal(layer, factors.numExamples);
    return diagonal.reduce((sum, v) => sum + v, 0) / Math.max(1, factors.numExamples);
  });
}

/**
 * Layer weights from a sample of the pool. Balanced: each layer divided by its mean trace (MATH §1), because under the
 * standard parametrisation the hidden layers are only 1–3% of the trace. A layer whose gradients vanish keeps weight 0.
 */
export function layerWeights(sample: GradientFactors, isBalanced: boolean): LayerWeights {
  const traces = meanTraces(sample);
  const total = traces.reduce((a, b) => a + b, 0) || 1;
  return {
    names: sample.layers.map((l) => l.name),
    weights: traces.map((t) => (isBalanced ? (t > 0 ? 1 / t : 0) : 1)),
    shares: traces.map((t) => t / total),
  };
}

/** (‖a‖² + 1)‖δ‖² of every example, [n] float64. */
export function layerDiagonal(
  { inputs, numInputs, deltas, numDeltas }: LayerFactors,
  n: number,
): Float64Array {
  const diagonal = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const d = deltas === null ? 1 : squaredNorm(deltas, i * numDeltas, numDeltas);
    diagonal[i] = (squaredNorm(inputs, i * numInputs, numInputs) + 1) * d;
  }
  return diagonal;
}

function squaredNorm(values: Float32Array, from: number, count: number): number {
  let sum = 0;
  for (let i = from; i < from + count; i++) sum += values[i]! * values[i]!;
  return sum;
}
