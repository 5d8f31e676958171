import { orderByScore } from './order.js';
import { takeCandidates } from './prefilter.js';
import { type Candidates, type Selection, scoreCandidates, selectBatch } from './select-batch.js';
import type { Strategy } from './strategy.js';

/**
 * The order of the queue in live mode: a head, picked one conditioned on the other and on the `pending` items (leased
 * right now), then everything else by first score. Top-k alone would hand out near-duplicates to people who label at
 * the same time. Greedy strategies pick the head from a shortlist of the best first scores; set strategies, whose first
 * scores say little about the set, from all candidates.
 * Cost: one scoring of all candidates, and head × shortlist × evaluation items (of set strategies: one selection).
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
  const shortlist = strategy.selection === 'set' ? null : byScore.slice(0, shortlistSize);
  const among = shortlist ? takeCandidates(candidates, shortlist) : candidates;
  const head = selectBatch(strategy, among, headSize, pending);
  const order = new Int32Array(byScore.length);
  const scores = new Float64Array(byScore.length);
  const isPicked = new Uint8Array(byScore.length);
  head.order.forEach((i, at) => {
    const pick = shortlist?.[i] ?? i;
    isPicked[pick] = 1;
    order[at] = pick;
  });
  scores.set(head.scores);
  // After every label, of the whole pool: typed arrays, because lists would take longer than the scores.
  let at = head.order.length;
  for (const i of byScore) {
    if (isPicked[i]) continue;
    order[at] = i;
    scores[at++] = first[i]!;
  }
  return { order, scores };
}
