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
  const all = orderByScore(first, candidates.ids);
  const left = isOpen?.slice() ?? new Uint8Array(first.length).fill(1);
  let numOpen = 0;
  for (let i = 0; i < left.length; i++) numOpen += left[i]!;
  const order = new Int32Array(numOpen);
  const scores = new Float64Array(numOpen);
  let numHead = 0;
  if (strategy.selection !== 'top') {
    const isSet = strategy.selection === 'set';
    const among = firstLeft(all, left, isSet ? numOpen : Math.min(shortlistSize, numOpen));
    if (isSet) among.sort();
    const { prefilter } = candidates;
    const taken = takeCandidates(candidates, among);
    // A shortlist is of first scores already, which the prefilter has had its part in.
    const picks = selectBatch(
      strategy,
      isSet && prefilter ? { ...taken, prefilter } : taken,
      headSize,
      pending,
    );
    numHead = picks.order.length;
    picks.order.forEach((pick, rank) => {
      const i = among[pick]!;
      order[rank] = i;
      scores[rank] = picks.scores[rank]!;
      left[i] = 0;
    });
  }
  // A plain loop, for the whole of a large pool.
  for (let at = 0, rank = numHead; rank < numOpen; at++) {
    const i = all[at]!;
    if (left[i] === 0) continue;
    order[rank] = i;
    scores[rank++] = first[i]!;
  }
  return { order, scores, first };
}

/** The first `count` of the indices that are left, in their order. */
function firstLeft(order: Int32Array, isLeft: Uint8Array, count: number): Int32Array {
  const found = new Int32Array(count);
  for (let at = 0, num = 0; num < count; at++) {
    const i = order[at]!;
    if (isLeft[i] === 1) found[num++] = i;
  }
  return found;
}
