import type { PoolView, Strategy } from '@tangent/acquisition';
import type { Random } from '@tangent/compute';
import { dropoutDraws, softmaxRows } from '@tangent/models';
import {
  exactGram,
  featureGram,
  type GradientFactors,
  type Gram,
  gradientFactors,
  infiniteDenseGram,
  layerWeights,
  sketchFeatures,
} from '@tangent/ntk';
import type { RoundState } from './round.js';
import type { Selecting } from './settings.js';

/** Dropout masks per item, and the share of the last hidden activations that they drop. */
const draws = { numDraws: 20, rate: 0.5 };

/** The kernel of a pool, and what else the network gave on the way. */
export interface PoolKernel {
  readonly gram: Gram;
  /** Weight of each layer. */
  readonly weights: readonly number[];
  /** f(x), [numItems, k]; under cross-entropy softmax f(x). */
  readonly prior: Float32Array;
  readonly factors: GradientFactors | null;
}

export function poolKernel(
  { pool, network, loss }: RoundState,
  selecting: Selecting,
  strategy: Strategy,
  random: Random,
): PoolKernel {
  // A random order looks at no kernel: any will do.
  if (selecting.strategy === 'random')
    return {
      gram: featureGram(new Float32Array(pool.numItems).fill(1), 1),
      weights: [1],
      prior: new Float32Array(pool.numItems * pool.numClasses),
      factors: null,
    };
  const { x, numItems, numInputs, numClasses } = pool;
  const isInfinite = strategy.kernel === 'infinite-width';
  const head = isInfinite ? ({ type: 'last-layer' } as const) : selecting.head;
  const exact = gradientFactors(network, x, numItems, head);
  const { weights } = layerWeights(exact, selecting.isBalanced);
  const { sketch: dimension } = selecting;
  const prior =
    loss === 'squared' ? exact.outputs : Float32Array.from(softmaxRows(exact.outputs, numClasses, 1));
  if (isInfinite) {
    const numHidden = network.nodes.filter(({ operation }) => operation.type === 'dense').length - 1;
    const gram = infiniteDenseGram(x, numInputs, { numHidden, isBalanced: selecting.isBalanced });
    return { gram, weights: [1], prior, factors: exact };
  }
  if (dimension === null) return { gram: exactGram(exact, weights), weights, prior, factors: exact };
  const sketched = sketchFeatures(network, x, numItems, head, weights, {
    dimension,
    seed: random.integer(2 ** 31),
  });
  return { gram: exactGram(sketched, [1]), weights: [1], prior, factors: sketched };
}

/** What the strategy asks for. */
export function viewOf(
  strategy: Strategy,
  { pool, network, loss }: RoundState,
  { gram, prior, factors }: PoolKernel,
  random: Random,
): PoolView {
  if (!factors) return {};
  const needs = new Set(strategy.needs);
  const drawn = () => ({
    values: dropoutDraws(network, pool.x, pool.numItems, { ...draws, seed: random.integer(2 ** 31), loss }),
    numDraws: draws.numDraws,
  });
  return {
    ...(needs.has('gram') ? { gram } : {}),
    ...(needs.has('outputs') ? { outputs: prior } : {}),
    ...(needs.has('embeddings')
      ? { embeddings: { values: factors.embeddings, width: factors.embeddingWidth } }
      : {}),
    ...(needs.has('draws') ? { draws: drawn() } : {}),
  };
}
