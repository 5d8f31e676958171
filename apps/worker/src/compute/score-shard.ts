import { scoreCandidates } from '@tangent/acquisition';
import { type ComputeContext, createRandom } from '@tangent/compute';
import { decodeStatistics } from '../rounds/statistics.js';
import { concatFeatures, decodePoolFeatures } from './pool-features.js';
import { poolState, type ScoringSettings } from './pool-state.js';

export interface ScoreInput extends ScoringSettings {
  readonly statistics: Uint8Array;
  /** Features of the slice. */
  readonly features: Uint8Array;
  /** Class of each labeled item, in the order of the statistics. */
  readonly labeledClasses: Int32Array;
  /** Positions of the candidates in the slice, and their ids. */
  readonly candidates: Int32Array;
  readonly candidateIds: readonly string[];
  readonly numItems: number;
}

/** First score of every candidate of the slice, [numItems] float32; NaN for what is none. */
export function scoreShard(input: ScoreInput, context: ComputeContext): Float32Array {
  const { labeledClasses, candidates, candidateIds, seed, norm } = input;
  const scores = new Float32Array(input.numItems).fill(Number.NaN);
  if (candidates.length === 0) return scores;
  const { labeled, evaluation, relevance, features, weights } = decodeStatistics(input.statistics);
  const all = concatFeatures([features, decodePoolFeatures(input.features)]);
  context.checkCancelled();
  const sliceFrom = labeled.length + evaluation.length;
  const { posterior, view, strategy } = poolState(
    input,
    {
      features: all,
      weights,
      labels: Array.from(labeledClasses, (classIndex, item) => ({ item, classIndex })),
      evaluation: evaluation.map((_, e) => labeled.length + e),
      relevance,
      tracked: candidates.map((i) => sliceFrom + i),
    },
    context.checkCancelled,
  );
  context.checkCancelled();
  scoreCandidates(strategy, {
    posterior,
    positions: candidates.map((_, i) => i),
    ids: candidateIds,
    random: createRandom(seed).fork('scores'),
    norm,
    relevance,
    view,
  }).forEach((score, i) => {
    scores[candidates[i]!] = score;
  });
  return scores;
}
