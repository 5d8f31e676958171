import { orderByScore, scoreColdStart, selectColdStart, strategyNamed } from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import type { ModelConfig } from '@tangent/contracts';
import { encodeCheckpoint } from '@tangent/networks';
import { concatFeatures, decodePoolFeatures } from './pool-features.js';
import { mostShortlisted } from './select-from-pool.js';
import { networkToTrain } from './training.js';

export interface UntrainedInput {
  readonly model: ModelConfig;
  readonly inputShape: readonly number[];
  readonly numClasses: number;
  readonly seed: number;
  /** Checkpoint of an imported network; empty: none. */
  readonly base: Uint8Array;
}

/** The network that a training would start from, as a checkpoint: the same for the same seed. Throws ModelUnfitError. */
export function untrainedNetwork(input: UntrainedInput): Uint8Array {
  return encodeCheckpoint(networkToTrain(input.model, { ...input, from: input.base }));
}

interface ColdScoring {
  readonly strategy: string;
  readonly seed: number;
  /** Indices of the candidates in the features, ascending, and their ids. */
  readonly candidates: Int32Array;
  readonly candidateIds: readonly string[];
}

export interface ColdScoreInput extends ColdScoring {
  /** Features of the slice. */
  readonly features: Uint8Array;
  readonly numItems: number;
}

/** First score of every candidate of a slice without a model, [numItems] float32; NaN for what is none. */
export function scoreCold(input: ColdScoreInput): Float32Array {
  const { strategy, seed, candidates, candidateIds } = input;
  const scores = new Float32Array(input.numItems).fill(Number.NaN);
  if (candidates.length === 0) return scores;
  scoreColdStart(strategyNamed(strategy), {
    embeddings: embeddingsOf([input.features]),
    items: candidates,
    ids: candidateIds,
    covered: new Int32Array(),
    random: createRandom(seed).fork('scores'),
  }).forEach((score, i) => {
    scores[candidates[i]!] = score;
  });
  return scores;
}

export interface ColdSelectInput extends ColdScoring {
  /** Features of all shards, in their order. */
  readonly features: readonly Uint8Array[];
  readonly firstScores: Float64Array;
  /** Pool indices of the items that have a label. */
  readonly labeled: Int32Array;
  readonly batchSize: number;
}

export interface ColdSelectOutput {
  /** Positions in `candidates`: the batch, then the others by first score. */
  readonly order: Int32Array;
  readonly scores: Float32Array;
  readonly numSelected: number;
  readonly reasons: readonly string[];
}

/** The batch without a model, and the order of the others behind it. */
export function selectCold(input: ColdSelectInput): ColdSelectOutput {
  const { candidates, candidateIds, firstScores, labeled, batchSize, seed } = input;
  const strategy = strategyNamed(input.strategy);
  const ranked = orderByScore(firstScores, candidateIds);
  const shortlist = ranked.subarray(0, mostShortlisted[strategy.selection]);
  const batch = selectColdStart(
    strategy,
    {
      embeddings: embeddingsOf(input.features),
      items: shortlist.map((i) => candidates[i]!),
      ids: Array.from(shortlist, (i) => candidateIds[i]!),
      covered: labeled,
      random: createRandom(seed).fork('scores'),
    },
    batchSize,
  );
  const picks = Array.from(batch.order, (i) => shortlist[i]!);
  const isPicked = new Set(picks);
  const rest = ranked.filter((i) => !isPicked.has(i));
  const { reason } = strategy;
  return {
    order: Int32Array.from([...picks, ...rest]),
    scores: Float32Array.from([...batch.scores, ...Array.from(rest, (i) => firstScores[i]!)]),
    numSelected: picks.length,
    // Any other kind of reason asks the model.
    reasons: reason.kind === 'sentence' ? picks.map(() => reason.text) : [],
  };
}

function embeddingsOf(features: readonly Uint8Array[]) {
  const { factors } = concatFeatures(features.map(decodePoolFeatures));
  return { values: factors.embeddings, width: factors.embeddingWidth };
}
