import {
  type Candidates,
  orderByScore,
  type Selection,
  scoreCandidates,
  selectBatch,
} from './select-batch.js';
import type { Strategy } from './strategy.js';

/**
 * The order of the queue in live mode: a greedy head, picked from a shortlist of the best first scores and conditioned
 * on the `pending` items (leased right now), then everything else by first score. Top-k alone would hand out
 * near-duplicates to people who label at the same time.
 * Cost: one scoring of all candidates, and head × shortlist × evaluation items.
 */
export function rankLive(
  strategy: Strategy,
  candidates: Candidates,
  options: {
    readonly pending?: Int32Array;
    readonly headSize?: number;
    readonly shortlistSize?: number;
  } = {},
): Selection {
  const { pending = new Int32Array(), headSize = 16, shortlistSize = 128 } = options;
  const first = scoreCandidates(strategy, candidates);
  const byScore = orderByScore(first, candidates.ids);
  if (strategy.selection === 'top')
    return { order: byScore, scores: Float64Array.from(byScore, (i) => first[i]!) };
  const shortlist = byScore.subarray(0, shortlistSize);
  const head = selectBatch(
    strategy,
    {
      ...candidates,
      positions: Int32Array.from(shortlist, (i) => candidates.positions[i]!),
      ids: Array.from(shortlist, (i) => candidates.ids[i]!),
    },
    headSize,
    pending,
  );
  const picks = Array.from(head.order, (i) => shortlist[i]!);
  const isPicked = new Set(picks);
  const rest = byScore.filter((i) => !isPicked.has(i));
  return {
    order: Int32Array.from([...picks, ...rest]),
    scores: Float64Array.from([...head.scores, ...Array.from(rest, (i) => first[i]!)]),
  };
}
