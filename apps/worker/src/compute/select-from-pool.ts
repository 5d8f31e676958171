import { orderByScore, selectBatch } from '@tangent/acquisition';
import { type ComputeContext, createRandom } from '@tangent/compute';
import { marginsOfMeans } from '@tangent/ntk';
import { reasonsFor } from './reasons.js';
import { shownProbabilities } from './shown-probabilities.js';
import { type PoolInput, wholePool } from './whole-pool.js';

/** Candidates by first score among which the batch is picked: exact for pools up to this size. */
export const mostShortlisted = { greedy: 4096, top: 4096, set: 20_000 } as const;
const numReasons = 50;

export interface SelectInput extends PoolInput {
  /** Pool indices of the candidates, ascending; their ids and first scores (NaN: left out by the prefilter). */
  readonly candidates: Int32Array;
  readonly candidateIds: readonly string[];
  readonly firstScores: Float64Array;
  readonly batchSize: number;
  readonly classNames: readonly string[];
}

export interface SelectOutput {
  /** Positions in `candidates`: the batch in greedy order, then the others by first score, then by margin. */
  readonly order: Int32Array;
  readonly scores: Float32Array;
  readonly numSelected: number;
  readonly reasons: readonly string[];
  /** Class probabilities of the whole pool, [items, classes]. */
  readonly probabilities: Float32Array;
  readonly ridge: number;
  readonly ridgeRelative: number;
  readonly jitter: number;
}

export function selectFromPool(input: SelectInput, context: ComputeContext): SelectOutput {
  const { candidates, candidateIds, firstScores, batchSize, numClasses, seed, norm, relevance } = input;
  const { posterior, view, strategy } = wholePool(input, context.checkCancelled);
  context.checkCancelled();
  const ranked = rankFirst(candidates, candidateIds, firstScores, marginsOfMeans(posterior.mean, numClasses));
  const shortlist = ranked.order.subarray(0, Math.min(ranked.numScored, mostShortlisted[strategy.selection]));
  const batch = selectBatch(
    strategy,
    {
      posterior,
      positions: shortlist.map((i) => candidates[i]!),
      ids: Array.from(shortlist, (i) => candidateIds[i]!),
      random: createRandom(seed).fork('scores'),
      norm,
      relevance,
      view,
    },
    batchSize,
  );
  const calibration = { temperature: input.temperature, loss: input.model.loss };
  const picks = Array.from(batch.order, (i) => shortlist[i]!);
  const isPicked = new Set(picks);
  const rest = ranked.order.filter((i) => !isPicked.has(i));
  const order = Int32Array.from([...picks, ...rest]);
  return {
    order,
    scores: Float32Array.from([...batch.scores, ...Array.from(rest, (i) => ranked.scores[i]!)]),
    numSelected: picks.length,
    reasons: reasonsFor(
      posterior,
      order.subarray(0, numReasons).map((i) => candidates[i]!),
      { strategy, classNames: input.classNames, ...calibration },
    ),
    probabilities: shownProbabilities(posterior.mean, numClasses, calibration),
    ridge: posterior.ridge,
    ridgeRelative: posterior.ridgeRelative,
    jitter: posterior.jitter,
  };
}

/** By first score; behind the last, those that the prefilter left out, by margin: a score below, less for a larger one. */
function rankFirst(
  candidates: Int32Array,
  ids: readonly string[],
  firstScores: Float64Array,
  margins: Float64Array,
): { readonly order: Int32Array; readonly scores: Float64Array; readonly numScored: number } {
  const scored = firstScores.filter((score) => !Number.isNaN(score));
  const lowest = scored.reduce((least, score) => Math.min(least, score), Number.POSITIVE_INFINITY);
  const scores = firstScores.map((score, i) =>
    Number.isNaN(score) ? lowest - margins[candidates[i]!]! - 1e-6 : score,
  );
  return { order: orderByScore(scores, ids), scores, numScored: scored.length };
}
