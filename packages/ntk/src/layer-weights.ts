import { dot } from './dot.js';
import type { GradientFactors } from './gradient-factors.js';
import type { LayerFactors } from './gradients/layer-factors.js';
import { patchDiagonal } from './kernels/patch-products.js';

/** How much each layer counts in the kernel, and how much it would count by itself. */
export interface LayerWeights {
  readonly names: readonly string[];
  /** Factor of each layer's contribution: 1, or 1 / mean trace when balanced. */
  readonly weights: readonly number[];
  /** Each layer's share of the unweighted mean trace; sums to 1. Always reported. */
  readonly shares: readonly number[];
}

/** Mean of each layer's kernel diagonal over the examples. */
export function meanTraces(factors: GradientFactors): number[] {
  return factors.layers.map((layer) => {
    const diagonal = layerDiagonal(layer, factors.numExamples, factors.numHeads);
    return diagonal.reduce((sum, v) => sum + v, 0) / Math.max(1, factors.numExamples);
  });
}

/**
 * Layer weights from a sample of the pool. Balanced: each layer divided by its mean trace (MATH §1), because under the
 * standard parametrisation the hidden layers are only 1–3% of the trace. A layer whose gradients vanish keeps weight 0.
 * Throws RangeError for a mean trace that is not finite, naming the layer.
 */
export function layerWeights(sample: GradientFactors, isBalanced: boolean): LayerWeights {
  return weightsOfTraces(
    sample.layers.map((l) => l.name),
    meanTraces(sample),
    isBalanced,
  );
}

/** Layer weights from mean traces, for samples whose factors are never in memory at once. */
export function weightsOfTraces(
  names: readonly string[],
  traces: readonly number[],
  isBalanced: boolean,
): LayerWeights {
  traces.forEach((trace, l) => {
    if (!Number.isFinite(trace))
      throw new RangeError(
        `layerWeights: the mean trace of layer “${names[l]}” is ${trace}; look for NaN or huge numbers in ` +
          'the parameters of the network and in its inputs',
      );
  });
  const total = traces.reduce((a, b) => a + b, 0) || 1;
  return {
    names,
    weights: traces.map((t) => (isBalanced ? (t > 0 ? 1 / t : 0) : 1)),
    shares: traces.map((t) => t / total),
  };
}

/** K_l(x, x) of every example, [n] float64; of patches computed in float32, of all other layers in float64. */
export function layerDiagonal(layer: LayerFactors, n: number, numHeads: number): Float64Array {
  const squaredNorm = (values: Float32Array, i: number, width: number) =>
    dot(values, i * width, values, i * width, width);
  switch (layer.kind) {
    case 'outer': {
      const { inputs, numInputs, deltas, numDeltas, hasBias } = layer;
      return Float64Array.from(
        { length: n },
        (_, i) =>
          (squaredNorm(inputs, i, numInputs) + Number(hasBias)) *
          (deltas ? squaredNorm(deltas, i, numHeads * numDeltas) : 1),
      );
    }
    case 'features':
      return Float64Array.from({ length: n }, (_, i) => squaredNorm(layer.values, i, numHeads * layer.width));
    case 'patches':
      return Float64Array.from(patchDiagonal(layer, n, numHeads));
    case 'tokens':
      return Float64Array.from({ length: n }, (_, i) =>
        squaredNorm(layer.deltas, i, layer.numTokens * numHeads * layer.numDeltas),
      );
  }
}
