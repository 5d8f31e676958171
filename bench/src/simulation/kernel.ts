import type { Strategy } from '@tangent/acquisition';
import type { Random } from '@tangent/compute';
import type { NetworkConfig } from '@tangent/models';
import type { Network } from '@tangent/networks';
import {
  exactGram,
  featureGram,
  type GradientFactors,
  type Gram,
  gradientFactors,
  infiniteDenseGram,
  layerWeights,
  sketchFeatures,
  takeRows,
} from '@tangent/ntk';
import type { Pool } from './pool.js';
import type { Selecting } from './settings.js';

/** The kernel of the pool's items, and what the trained network says of them. */
export interface PoolKernel {
  readonly gram: Gram;
  /** f(x), [numItems, k]. */
  readonly outputs: Float32Array;
  /** Input of the last layer, [numItems, width]. */
  readonly embeddings: { readonly values: Float32Array; readonly width: number };
}

/** Items that the weights of the layers come from, where the exact factors of all would cost too much. */
const numWeighed = 256;

/** The kernel that a strategy is to see: of the trained network, exact or sketched, or of infinitely wide networks. */
export function poolKernel(
  { x, numItems, numInputs }: Pool,
  network: Network,
  config: NetworkConfig,
  strategy: Strategy,
  { head, isBalanced, sketch }: Selecting,
  random: Random,
): PoolKernel {
  const described = (factors: GradientFactors, gram: Gram): PoolKernel => ({
    gram,
    outputs: factors.outputs,
    embeddings: { values: factors.embeddings, width: factors.embeddingWidth },
  });
  if (strategy.kernel === 'infinite-width') {
    if (config.kind !== 'mlp') throw new RangeError(`there is no infinite ${config.kind}`);
    const factors = gradientFactors(network, x, numItems, { type: 'last-layer' });
    return described(
      factors,
      infiniteDenseGram(x, numInputs, { numHidden: config.hidden.length, isBalanced }),
    );
  }
  if (sketch === null) {
    const factors = gradientFactors(network, x, numItems, head);
    return described(factors, exactGram(factors, layerWeights(factors, isBalanced).weights));
  }
  const sample = random.sample(numItems, numWeighed);
  const { weights } = layerWeights(
    gradientFactors(network, takeRows(x, numInputs, sample), sample.length, head),
    isBalanced,
  );
  const options = { ...sketch, seed: random.integer(2 ** 31) };
  const factors = sketchFeatures(network, x, numItems, head, weights, options);
  const [layer] = factors.layers;
  if (layer?.kind !== 'features') throw new TypeError('a sketch is features');
  return described(factors, featureGram(layer.values, sketch.dimension));
}

/** A random order looks at no kernel: the cheapest will do. */
export function noKernel({ numItems, numClasses }: Pool): PoolKernel {
  return {
    gram: featureGram(new Float32Array(numItems).fill(1), 1),
    outputs: new Float32Array(numItems * numClasses),
    embeddings: { values: new Float32Array(numItems), width: 1 },
  };
}
