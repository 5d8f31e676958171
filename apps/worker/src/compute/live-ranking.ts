import { orderByScore, rankLive, scoreCandidates } from '@tangent/acquisition';
import type { ComputeContext } from '@tangent/compute';
import { candidatesOf, type LiveState, reasonSettings, stateOf } from './live-state.js';
import { reasonsFor } from './reasons.js';

export interface LiveRanking {
  /** Pool indices, best first; items on lease at the head, in case they come back. */
  readonly order: Int32Array;
  readonly scores: Float32Array;
  readonly reasons: readonly string[];
}

/** Those on lease, the shortlist of the next head, and some that may come into it. */
const numLikely = 192;
const none = new Int32Array();

/** The order of the queue now. `pending`: pool indices of the items on lease. */
export function rankLiveState(
  {
    projectId,
    pending: leased,
    numReasons,
  }: {
    readonly projectId: string;
    readonly pending: Int32Array;
    readonly numReasons: number;
  },
  context: ComputeContext,
): LiveRanking {
  const state = stateOf(projectId);
  const { input } = state;
  const { posterior, strategy } = state.pool;
  const isFree = freeItems(state);
  const pending = leased.filter((item) => isFree[item] === 1);
  for (const item of pending) isFree[item] = 0;
  const ranked = rankFree(state, isFree, pending);
  const numLeased = pending.length;
  const order = new Int32Array(numLeased + ranked.order.length);
  const scores = new Float32Array(order.length);
  const leasedOrder = orderByScore(ranked.ofPending, itemsAt(input.itemIds, pending));
  leasedOrder.forEach((i, at) => {
    order[at] = pending[i]!;
    scores[at] = ranked.ofPending[i]!;
  });
  order.set(ranked.order, numLeased);
  scores.set(ranked.scores, numLeased);
  // Other ways of picking condition on none of them.
  state.likely = strategy.selection === 'greedy' ? order.slice(0, numLikely) : none;
  context.transfer(order, scores);
  return {
    order,
    scores,
    reasons: reasonsFor(posterior, order.subarray(0, numReasons), reasonSettings(state)),
  };
}

interface RankedItems {
  /** The free items by pool index, best first, and their scores. */
  readonly order: Int32Array;
  readonly scores: Float64Array;
  /** In the order of `pending`. */
  readonly ofPending: Float64Array;
}

function rankFree(state: LiveState, isFree: Uint8Array, pending: Int32Array): RankedItems {
  const { input, pool, everyItem } = state;
  const { strategy } = pool;
  // A score that is of its item alone can be had of the whole pool, and the others be left out of the order.
  if (strategy.selection !== 'set' && input.prefilter === null) {
    // Whoever shows the means refuses them where they are no numbers, and this order with them.
    const whole = { ...candidatesOf(state, everyItem, input.itemIds), areMeansChecked: true };
    const { order, scores, first } = rankLive(strategy, whole, { pending, isOpen: isFree });
    return { order, scores, ofPending: Float64Array.from(pending, (item) => first[item]!) };
  }
  const free = everyItem.filter((item) => isFree[item] === 1);
  const among = (items: Int32Array) => candidatesOf(state, items, itemsAt(input.itemIds, items));
  const { order, scores } = rankLive(strategy, among(free), { pending });
  return {
    order: order.map((i) => free[i]!),
    scores,
    ofPending: scoreCandidates(strategy, among(pending)),
  };
}

/** 1 for items that are neither labeled nor skipped, by pool index. */
function freeItems({ pool: { posterior }, isSkipped }: LiveState): Uint8Array {
  const isFree = new Uint8Array(posterior.numTracked);
  for (let item = 0; item < isFree.length; item++) isFree[item] = isSkipped[item] ? 0 : 1;
  for (const item of posterior.observations.keys()) isFree[item] = 0;
  return isFree;
}

const itemsAt = (ids: readonly string[], positions: Int32Array) =>
  Array.from(positions, (position) => ids[position]!);
