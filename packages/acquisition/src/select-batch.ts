import type { Random } from '@tangent/compute';
import { argmaxRow, oneHot, type Posterior, probabilitiesOf } from '@tangent/ntk';
import { checkInput, checkScores } from './check-input.js';
import { bestUntaken, orderByScore } from './order.js';
import { scoresBehind, splitByMargin, takeCandidates } from './prefilter.js';
import type { PoolView, ScoreStrategy, ScoringContext, SetStrategy, Strategy } from './strategy.js';

export interface Candidates {
  /** The state; not changed. */
  readonly posterior: Posterior;
  /** Positions of the candidates among the posterior's tracked items. */
  readonly positions: Int32Array;
  /** Ids of the candidates, in the order of `positions`; ties break by them. */
  readonly ids: readonly string[];
  readonly random: Random;
  readonly norm?: 'l1' | 'l2';
  /** Weights of the evaluation items that the posterior was built with, [E]; 1 each when absent. */
  readonly relevance?: Float64Array;
  /**
   * Look-ahead strategies: only this share of the candidates (0 < share ≤ 1), those with the smallest margins, is scored
   * by covariance; the others are ranked behind them by their margin. All of them when absent.
   */
  readonly prefilter?: { readonly share: number };
  /** What the strategy needs besides the posterior. */
  readonly view?: PoolView;
  /** Someone else looks whether the means are numbers; of a large pool that takes a millisecond or two. */
  readonly areMeansChecked?: boolean;
}

/** An order of the candidates: indices into `positions`, best first, each with the score it was picked by. */
export interface Selection {
  readonly order: Int32Array;
  /** In the order of `order`. */
  readonly scores: Float64Array;
}

/** First score of every candidate, in their order. Throws RangeError when an input or a score is not a number. */
export function scoreCandidates(strategy: Strategy, candidates: Candidates): Float64Array {
  const { posterior, positions, prefilter } = candidates;
  if (positions.length === 0) return new Float64Array();
  if (prefilter && strategy.looksAhead) {
    const { kept, rest, margins } = splitByMargin(candidates, prefilter.share);
    const scores = new Float64Array(positions.length);
    const ofKept = scoreCandidates(strategy, takeCandidates(candidates, kept));
    const ofRest = scoresBehind(ofKept, margins, rest);
    kept.forEach((i, at) => {
      scores[i] = ofKept[at]!;
    });
    rest.forEach((i, at) => {
      scores[i] = ofRest[at]!;
    });
    return scores;
  }
  const context = contextOf(candidates, restricted(posterior, positions));
  checkInput(strategy, context, new Int32Array(), candidates.areMeansChecked);
  return checkScores(strategy, context.ids, strategy.score(context));
}

/**
 * Picks `batchSize` candidates. Greedy strategies take the best, condition the state on it (exact rank-one update of
 * the covariance, and of the means with the pseudo-label where the strategy assumes labels), score again, and so on:
 * near-duplicates of a pick have no change left to make. Set strategies pick by their own rule, others take the best
 * scores at once. Ties break by id. `pending` are positions whose labels are on their way: greedy and set strategies
 * count them as labeled. Throws RangeError when an input or a score is not a number.
 * Source: MATH §5. Cost per pick of the greedy ones: a kernel column and candidates × evaluation items.
 */
export function selectBatch(
  strategy: Strategy,
  candidates: Candidates,
  batchSize: number,
  pending: Int32Array = new Int32Array(),
): Selection {
  const { positions, ids, prefilter } = candidates;
  const numPicks = Math.min(batchSize, positions.length);
  if (numPicks === 0) return { order: new Int32Array(), scores: new Float64Array() };
  if (prefilter && strategy.looksAhead)
    return selectFiltered(strategy, candidates, prefilter.share, numPicks, pending);
  if (strategy.selection === 'set') return selectSet(strategy, candidates, numPicks, pending);
  if (strategy.selection === 'greedy') return selectGreedily(strategy, candidates, numPicks, pending);
  const scores = scoreCandidates(strategy, candidates);
  const order = orderByScore(scores, ids).slice(0, numPicks);
  return { order, scores: Float64Array.from(order, (i) => scores[i]!) };
}

function selectFiltered(
  strategy: Strategy,
  candidates: Candidates,
  share: number,
  numPicks: number,
  pending: Int32Array,
): Selection {
  const { kept, rest, margins } = splitByMargin(candidates, share);
  const picked = selectBatch(strategy, takeCandidates(candidates, kept), numPicks, pending);
  const behind = rest.subarray(0, numPicks - picked.order.length);
  return {
    order: Int32Array.from([...Array.from(picked.order, (i) => kept[i]!), ...behind]),
    scores: Float64Array.from([...picked.scores, ...scoresBehind(picked.scores, margins, behind)]),
  };
}

function selectSet(
  strategy: SetStrategy,
  candidates: Candidates,
  numPicks: number,
  pending: Int32Array,
): Selection {
  const { posterior, positions } = candidates;
  const { numClasses: k } = posterior;
  const items = pending.map((p) => posterior.tracked[p]!);
  const means = posterior.restrict(pending).mean.slice();
  const context = contextOf(candidates, conditioned(posterior, positions, pending));
  checkInput(strategy, context, items);
  const probabilities = probabilitiesOf(means, k);
  const { order, scores } = strategy.select(context, numPicks, { items, probabilities });
  checkScores(
    strategy,
    Array.from(order, (i) => candidates.ids[i]!),
    scores,
  );
  return { order, scores };
}

function selectGreedily(
  strategy: ScoreStrategy,
  candidates: Candidates,
  numPicks: number,
  pending: Int32Array,
): Selection {
  const { positions, ids } = candidates;
  const state = candidates.posterior.restrict(Int32Array.from([...positions, ...pending]));
  const allIds = [...ids, ...Array.from(pending, (p) => `the pending item at position ${p}`)];
  const withPending = { ...candidates, ids: allIds };
  checkInput(strategy, contextOf(withPending, state), new Int32Array());
  const assume = (row: number) => {
    const y = argmaxRow(state.mean, row, state.numClasses);
    state.assume(row, strategy.assumesLabels ? oneHot(y, state.numClasses) : undefined);
  };
  for (let p = 0; p < pending.length; p++) assume(positions.length + p);
  const isTaken = new Uint8Array(positions.length);
  const order = new Int32Array(numPicks);
  const picked = new Float64Array(numPicks);
  for (let pick = 0; pick < numPicks; pick++) {
    const scores = checkScores(strategy, allIds, strategy.score(contextOf(withPending, state)));
    const best = bestUntaken(scores, ids, isTaken);
    isTaken[best] = 1;
    order[pick] = best;
    picked[pick] = scores[best]!;
    if (pick + 1 < numPicks) assume(best);
  }
  state.release();
  return { order, scores: picked };
}

/** The posterior over these positions; itself, where it tracks exactly them. Only for reading. */
function restricted(posterior: Posterior, positions: Int32Array): Posterior {
  if (positions.length !== posterior.numTracked) return posterior.restrict(positions);
  for (let i = 0; i < positions.length; i++) if (positions[i] !== i) return posterior.restrict(positions);
  return posterior;
}

/** The posterior over these positions as if the pending ones had labels, whatever labels. Only for reading. */
function conditioned(posterior: Posterior, positions: Int32Array, pending: Int32Array): Posterior {
  if (pending.length === 0) return restricted(posterior, positions);
  const state = posterior.restrict(Int32Array.from([...positions, ...pending]));
  for (let p = 0; p < pending.length; p++) state.assume(positions.length + p);
  return state.restrict(positions.map((_, i) => i));
}

function contextOf(candidates: Candidates, posterior: Posterior): ScoringContext {
  const { numClasses } = posterior;
  let probabilities: Float64Array | undefined;
  return {
    posterior,
    get probabilities() {
      probabilities ??= probabilitiesOf(posterior.mean, numClasses);
      return probabilities;
    },
    numClasses,
    ids: candidates.ids,
    random: candidates.random,
    norm: candidates.norm ?? 'l1',
    relevance: candidates.relevance ?? null,
    view: candidates.view ?? {},
  };
}
