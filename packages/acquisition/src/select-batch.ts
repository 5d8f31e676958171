import type { Random } from '@tangent/compute';
import { argmaxRow, oneHot, type Posterior, probabilitiesOf } from '@tangent/ntk';
import type { PoolView, ScoringContext, Strategy } from './strategy.js';

export interface Candidates {
  /** The state; not changed. */
  readonly posterior: Posterior;
  /** Positions of the candidates among the posterior's tracked items. */
  readonly positions: Int32Array;
  /** Ids of the candidates, in the order of `positions`; ties break by them. */
  readonly ids: readonly string[];
  readonly random: Random;
  readonly norm?: 'l1' | 'l2';
  /** What the strategy needs besides the posterior. */
  readonly view?: PoolView;
}

/** An order of the candidates: indices into `positions`, best first, each with the score it was picked by. */
export interface Selection {
  readonly order: Int32Array;
  /** In the order of `order`. */
  readonly scores: Float64Array;
}

/** First score of every candidate, in their order. Throws RangeError when a score is not a number. */
export function scoreCandidates(strategy: Strategy, candidates: Candidates): Float64Array {
  const { posterior, positions } = candidates;
  return score(
    strategy,
    contextOf(
      candidates,
      positions.length === posterior.numTracked ? posterior : posterior.restrict(positions),
    ),
  );
}

/**
 * Picks `batchSize` candidates. Greedy strategies take the best, condition the state on it (exact rank-one update of
 * the covariance, and of the means with the pseudo-label where the strategy assumes labels), score again, and so on:
 * near-duplicates of a pick have no change left to make. Others take the best scores at once. Ties break by id.
 * `pending` are positions whose labels are on their way: greedy strategies condition on them first.
 * Source: MATH §5. Cost per pick: a kernel column and candidates × evaluation items.
 */
export function selectBatch(
  strategy: Strategy,
  candidates: Candidates,
  batchSize: number,
  pending: Int32Array = new Int32Array(),
): Selection {
  const { positions, ids } = candidates;
  const numPicks = Math.min(batchSize, positions.length);
  if (numPicks === 0) return { order: new Int32Array(), scores: new Float64Array() };
  if (strategy.selection === 'top') {
    const scores = scoreCandidates(strategy, candidates);
    const order = orderByScore(scores, ids).subarray(0, numPicks);
    return { order: order.slice(), scores: Float64Array.from(order, (i) => scores[i]!) };
  }
  if (strategy.selection === 'set') {
    const tracked = candidates.posterior.restrict(positions);
    const items = pending.map((p) => candidates.posterior.tracked[p]!);
    return strategy.select(contextOf(candidates, tracked), numPicks, items);
  }
  const state = candidates.posterior.restrict(Int32Array.from([...positions, ...pending]));
  const assume = (row: number) => {
    const y = argmaxRow(state.mean, row, state.numClasses);
    state.assume(row, strategy.assumesLabels ? oneHot(y, state.numClasses) : undefined);
  };
  for (let p = 0; p < pending.length; p++) assume(positions.length + p);
  const isTaken = new Uint8Array(positions.length);
  const order = new Int32Array(numPicks);
  const picked = new Float64Array(numPicks);
  const allIds = [...ids, ...Array.from(pending, () => '')];
  for (let pick = 0; pick < numPicks; pick++) {
    const scores = score(strategy, contextOf({ ...candidates, ids: allIds }, state));
    let best = -1;
    for (let i = 0; i < positions.length; i++) {
      if (isTaken[i]) continue;
      if (best < 0 || scores[i]! > scores[best]! || (scores[i] === scores[best] && ids[i]! < ids[best]!))
        best = i;
    }
    isTaken[best] = 1;
    order[pick] = best;
    picked[pick] = scores[best]!;
    if (pick + 1 < numPicks) assume(best);
  }
  return { order, scores: picked };
}

/** Indices of the scores, largest first; ties by id. */
export function orderByScore(scores: Float64Array, ids: readonly string[]): Int32Array {
  return Int32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]! || (ids[a]! < ids[b]! ? -1 : ids[a]! > ids[b]! ? 1 : 0),
  );
}

function contextOf(candidates: Omit<Candidates, 'positions'>, posterior: Posterior): ScoringContext {
  const { numClasses } = posterior;
  return {
    posterior,
    probabilities: probabilitiesOf(posterior.mean, numClasses),
    numClasses,
    ids: candidates.ids,
    random: candidates.random,
    norm: candidates.norm ?? 'l1',
    view: candidates.view ?? {},
  };
}

function score(strategy: Strategy, context: ScoringContext): Float64Array {
  const scores = strategy.score(context);
  const bad = scores.findIndex((s) => !Number.isFinite(s));
  if (bad >= 0)
    throw new RangeError(
      `strategy ${strategy.name}: the score of ${context.ids[bad]} is ${scores[bad]}; the kernel or the predictions hold NaN`,
    );
  return scores;
}
