import { orderByScore } from './order.js';
import { takeCandidates } from './prefilter.js';
import { type Candidates, type Selection, scoreCandidates, selectBatch } from './select-batch.js';
import type { Strategy } from './strategy.js';

export interface LiveSelection extends Selection {
  /** First score of every candidate, in their order. */
  readonly first: Float64Array;
}

/**
 * The order of the queue in live mode: a head, picked one conditioned on the other and on the `pending` items (leased
 * right now), then everything else by first score. Top-k alone would hand out near-duplicates to people who label at
 * the same time. Greedy strategies pick the head from a shortlist of the best first scores; set strategies, whose first
 * scores say little about the set, from all candidates.
 * `isOpen`, 1 or 0 of every candidate: those that are ranked; all when absent. Others are scored with them, which costs less
 * than taking the open ones of a large pool apart.
 * Cost: one scoring of all candidates, and head × shortlist × evaluation items (of set strategies: one selection).
 */
export function rankLive(
  strategy: Strategy,
  candidates: Candidates,
  options: {
    readonly pending?: Int32Array;
    readonly isOpen?: Uint8Array;
    readonly headSize?: number;
    readonly shortlistSize?: number;
  } = {},
): LiveSelection {
  const { pending = new Int32Array(), isOpen, headSize = 16, shortlistSize = 128 } = options;
  const first = scoreCandidates(strategy, candidates);
  const left = isOpen?.slice() ?? new Uint8Array(first.length).fill(1);
  const all = orderByScore(first, candidates.ids);
  const byScore = all.subarray(0, keep(all, left, all));
  if (strategy.selection === 'top')
    return { order: byScore, scores: Float64Array.from(byScore, (i) => first[i]!), first };
  const isSet = strategy.selection === 'set';
  const among = isSet ? byScore.toSorted() : byScore.slice(0, shortlistSize);
  const { prefilter } = candidates;
  const taken = takeCandidates(candidates, among);
  // A shortlist is of first scores already, which the prefilter has had its part in.
  const picks = selectBatch(
    strategy,
    isSet && prefilter ? { ...taken, prefilter } : taken,
    headSize,
    pending,
  );
  const head = picks.order.map((i) => among[i]!);
  for (const i of head) left[i] = 0;
  const order = new Int32Array(byScore.length);
  const scores = new Float64Array(byScore.length);
  order.set(head);
  scores.set(picks.scores);
  keep(byScore, left, order.subarray(head.length));
  for (let rank = head.length; rank < order.length; rank++) scores[rank] = first[order[rank]!]!;
  return { order, scores, first };
}

/** Those of the indices that are left into `kept`, in their order. How many. A plain loop, for the whole of a large pool. */
function keep(order: Int32Array, isLeft: Uint8Array, kept: Int32Array): number {
  let count = 0;
  for (let rank = 0; rank < order.length; rank++) {
    const i = order[rank]!;
    if (isLeft[i] === 1) kept[count++] = i;
  }
  return count;
}
