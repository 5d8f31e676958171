import { concatRows, decodeFactors, exactGram, KernelPosterior, oneHot, type Posterior } from '@tangent/ntk';
import { ridgeOf, type ScoringSettings } from './score-shard.js';

/** The whole pool of a round, as blobs. */
export interface PoolInput extends ScoringSettings {
  /** Features of all shards, in their order. */
  readonly features: readonly Uint8Array[];
  readonly weights: readonly number[];
  /** Class of every pool item; −1: none. */
  readonly classes: Int32Array;
  /** Pool indices of the evaluation set. */
  readonly evaluation: Int32Array;
}

/** The posterior that tracks every item of the pool. */
export function poolPosterior(input: PoolInput): Posterior {
  const { features, weights, classes, evaluation, numClasses } = input;
  const factors = concatRows(features.map(decodeFactors));
  const observations = Array.from(classes, (c, item) => ({ c, item }))
    .filter(({ c }) => c >= 0)
    .map(({ c, item }) => ({ item, target: oneHot(c, numClasses) }));
  return KernelPosterior.build({
    gram: exactGram(factors, weights),
    prior: factors.outputs,
    numClasses,
    observations,
    evaluation,
    ridgeRelative: ridgeOf(input),
  });
}
