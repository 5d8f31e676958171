import { concatFeatures, decodePoolFeatures } from './pool-features.js';
import { type PoolState, poolState, type ScoringSettings } from './pool-state.js';

/** The whole pool of a round, as blobs. */
export interface PoolInput extends ScoringSettings {
  /** Features of all shards, in their order. */
  readonly features: readonly Uint8Array[];
  readonly weights: readonly number[];
  /** Class of every pool item; −1: none. */
  readonly classes: Int32Array;
  /** Pool indices of the evaluation set, and the weight of each. */
  readonly evaluation: Int32Array;
  readonly relevance: Float64Array;
  /** Of the round's calibration. */
  readonly temperature: number | null;
}

/** The state that tracks every item of the pool. */
export function wholePool(input: PoolInput, checkCancelled?: () => void): PoolState {
  const features = concatFeatures(input.features.map(decodePoolFeatures));
  const labels = Array.from(input.classes, (classIndex, item) => ({ item, classIndex })).filter(
    ({ classIndex }) => classIndex >= 0,
  );
  const { weights, evaluation, relevance } = input;
  return poolState(input, { features, weights, labels, evaluation, relevance }, checkCancelled);
}
