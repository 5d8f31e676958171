import { scoreCandidates, strategyNamed } from '@tangent/acquisition';
import { type ComputeContext, createRandom } from '@tangent/compute';
import { concatRows, decodeFactors, exactGram, KernelPosterior, oneHot } from '@tangent/ntk';
import { decodeStatistics } from '../rounds/statistics.js';

/** What scoring needs to know of a round; the same for every shard and for the selection. */
export interface ScoringSettings {
  readonly strategy: string;
  readonly norm: 'l1' | 'l2';
  /** Null: the strategy's own. */
  readonly ridgeRelative: number | null;
  readonly numClasses: number;
  readonly seed: number;
}

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

export const ridgeOf = ({ strategy, norm, ridgeRelative }: ScoringSettings) =>
  ridgeRelative ?? strategyNamed(strategy).ridgeRelative(norm);

/** First score of every item of the slice, [numItems] float32; NaN for what is no candidate. */
export function scoreShard(input: ScoreInput, context: ComputeContext): Float32Array {
  const { labeledClasses, candidates, candidateIds, numClasses, seed, norm } = input;
  const scores = new Float32Array(input.numItems).fill(Number.NaN);
  if (candidates.length === 0) return scores;
  const { labeled, evaluation, factors, weights } = decodeStatistics(input.statistics);
  const all = concatRows([factors, decodeFactors(input.features)]);
  context.checkCancelled();
  const sliceFrom = labeled.length + evaluation.length;
  const posterior = KernelPosterior.build({
    gram: exactGram(all, weights),
    prior: all.outputs,
    numClasses,
    observations: Array.from(labeledClasses, (c, item) => ({ item, target: oneHot(c, numClasses) })),
    evaluation: Int32Array.from(evaluation, (_, e) => labeled.length + e),
    ridgeRelative: ridgeOf(input),
    tracked: candidates.map((i) => sliceFrom + i),
  });
  context.checkCancelled();
  const positions = Int32Array.from(candidates, (_, i) => i);
  const random = createRandom(seed).fork('scores');
  scoreCandidates(strategyNamed(input.strategy), {
    posterior,
    positions,
    ids: candidateIds,
    random,
    norm,
  }).forEach((score, i) => {
    scores[candidates[i]!] = score;
  });
  return scores;
}
