import {
  orderByScore,
  rankLive,
  relevanceWeights,
  scoreCandidates,
  strategyNamed,
} from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import { argmaxes, oneHot, whatIfAt } from '@tangent/ntk';
import type { PoolState } from './pool-state.js';
import { reasonsFor } from './reasons.js';
import { shownProbabilities } from './shown-probabilities.js';
import { mostRejected } from './weigh-relevance.js';
import { type PoolInput, wholePool } from './whole-pool.js';

/**
 * Rank-one updates after which the state is built anew, for rounding adds up and every update lengthens a column: 64, or a
 * share of its labels where that is more. To build costs as many updates as there are labels, and must not come so often
 * that a project of many labels never catches up.
 */
const updatesPerFactorisation = 64;
const updatesPerLabel = 0.5;
/** From so many changes at once on, to build anew costs less than their updates: what a round finds when it ends under load. */
const mostUpdatesAtOnce = 256;

export interface LoadInput extends PoolInput {
  readonly projectId: string;
  readonly itemIds: readonly string[];
  readonly isSkipped: readonly boolean[];
  readonly isNotRelevant: readonly boolean[];
  /** Whether verdicts of not relevant lower the weight of similar items. */
  readonly hasRelevance: boolean;
  readonly classNames: readonly string[];
}

export interface LiveState {
  pool: PoolState;
  readonly input: LoadInput;
  /** Weight of each evaluation item now. */
  relevance: Float64Array;
  readonly isSkipped: boolean[];
  /** Items that were rejected as not relevant, by pool index. */
  readonly rejected: Set<number>;
  /** Predicted class of every item when the order was last published. */
  predicted: Int32Array;
}

/** The states that this thread holds, by project. They live here, beside the arithmetic, and die with the thread. */
const states = new Map<string, LiveState>();

export function loadLive(given: LoadInput): { readonly numTracked: number } {
  const input = inClosedForm(given);
  const pool = wholePool(input);
  const { posterior } = pool;
  states.set(input.projectId, {
    pool,
    input,
    relevance: input.relevance,
    isSkipped: [...input.isSkipped],
    rejected: new Set(input.isNotRelevant.flatMap((is, item) => (is ? [item] : []))),
    predicted: argmaxes(posterior.mean, input.numClasses),
  });
  return { numTracked: posterior.numTracked };
}

export function dropLive({ projectId }: { readonly projectId: string }): void {
  states.delete(projectId);
}

/** A change of an item, by its pool index: the class from now on (−1: none), and whether it is skipped. */
export interface LiveChange {
  readonly item: number;
  readonly classIndex: number;
  readonly isSkipped: boolean;
  readonly isNotRelevant: boolean;
}

/**
 * Follows label events in their order; each label is an exact rank-one update, each removal its downdate. Very many come to
 * the same by building anew.
 */
export function applyLive({
  projectId,
  changes,
}: {
  readonly projectId: string;
  readonly changes: readonly LiveChange[];
}): void {
  const state = stateOf(projectId);
  let isVerdict = false;
  for (const { item, isSkipped, isNotRelevant } of changes) {
    isVerdict ||= state.rejected.has(item) !== isNotRelevant;
    if (isNotRelevant) state.rejected.add(item);
    else state.rejected.delete(item);
    state.isSkipped[item] = isSkipped;
  }
  if (changes.length >= mostUpdatesAtOnce) buildWith(state, changes);
  else update(state, changes);
  if (isVerdict && state.input.hasRelevance) weighAnew(state);
}

function buildWith(state: LiveState, changes: readonly LiveChange[]): void {
  const { posterior } = state.pool;
  const targets = new Map(posterior.observations);
  for (const { item, classIndex } of changes) {
    if (classIndex < 0) targets.delete(item);
    else targets.set(item, oneHot(classIndex, posterior.numClasses));
  }
  const observations = Array.from(targets, ([item, target]) => ({ item, target }));
  state.pool = { ...state.pool, posterior: posterior.refactorised(observations) };
}

function update(state: LiveState, changes: readonly LiveChange[]): void {
  for (const { item, classIndex } of changes) {
    const { posterior } = state.pool;
    const before = posterior.observations.get(item);
    const target = classIndex < 0 ? undefined : oneHot(classIndex, posterior.numClasses);
    if (before && target && before[classIndex] === 1) continue;
    if (before) posterior.forget(item);
    if (target) posterior.observe(item, target);
    const mostUpdates = Math.max(updatesPerFactorisation, updatesPerLabel * posterior.observations.size);
    if (posterior.numUpdates >= mostUpdates)
      state.pool = { ...state.pool, posterior: posterior.refactorised() };
  }
}

/** The state with the weights that the verdicts of now give; verdicts are rare, so it is built anew. */
function weighAnew(state: LiveState): void {
  const { input, pool, rejected } = state;
  const { observations } = pool.posterior;
  state.relevance = relevanceWeights({
    gram: pool.view.gram!,
    evaluation: input.evaluation,
    rejected: Int32Array.from(rejected).sort().subarray(0, mostRejected),
    labeled: Int32Array.from(observations.keys()).sort(),
  });
  const classes = new Int32Array(input.itemIds.length).fill(-1);
  for (const [item, target] of observations) classes[item] = target.indexOf(1);
  state.pool = wholePool({ ...input, classes, relevance: state.relevance });
}

/**
 * Training again for every candidate after every label would take minutes. In live mode what it approximates orders the queue:
 * the same sum over E of how far the outputs move, in closed form.
 */
const inClosedForm = (input: LoadInput): LoadInput =>
  strategyNamed(input.strategy).needs.includes('retrain')
    ? { ...input, strategy: 'mlmoc', norm: 'l1' }
    : input;

export interface LiveRanking {
  /** Pool indices, best first; items on lease at the head, in case they come back. */
  readonly order: Int32Array;
  readonly scores: Float32Array;
  readonly reasons: readonly string[];
  readonly probabilities: Float32Array;
  readonly numFlips: number;
}

/** The order of the queue now. `pending`: pool indices of the items on lease. */
export function rankLiveState({
  projectId,
  pending: leased,
  numReasons,
}: {
  readonly projectId: string;
  readonly pending: Int32Array;
  readonly numReasons: number;
}): LiveRanking {
  const state = stateOf(projectId);
  const { input } = state;
  const { posterior, view, strategy } = state.pool;
  const isOpen = (i: number) => !posterior.observations.has(i) && !state.isSkipped[i];
  const pending = leased.filter(isOpen);
  const free = openPositions(state, pending);
  const random = createRandom(input.seed).fork('scores');
  const candidatesOf = (positions: Int32Array) => ({
    posterior,
    positions,
    ids: itemsAt(input.itemIds, positions),
    random,
    norm: input.norm,
    relevance: state.relevance,
    view,
    ...(input.prefilter !== null && { prefilter: { share: input.prefilter } }),
  });
  const leasedScores =
    pending.length > 0 ? scoreCandidates(strategy, candidatesOf(pending)) : new Float64Array();
  const leasedOrder = orderByScore(leasedScores, candidatesOf(pending).ids);
  const ranked = rankLive(strategy, candidatesOf(free), { pending });
  const numLeased = leasedOrder.length;
  const order = new Int32Array(numLeased + free.length);
  const scores = new Float32Array(order.length);
  leasedOrder.forEach((i, at) => {
    order[at] = pending[i]!;
    scores[at] = leasedScores[i]!;
  });
  ranked.order.forEach((i, at) => {
    order[numLeased + at] = free[i]!;
  });
  scores.set(ranked.scores, numLeased);
  const predicted = argmaxes(posterior.mean, posterior.numClasses);
  const numFlips = predicted.reduce((n, c, i) => n + Number(c !== state.predicted[i]), 0);
  state.predicted = predicted;
  return {
    order,
    scores,
    reasons: reasonsFor(strategy, posterior, order.subarray(0, numReasons), input.classNames),
    probabilities: new Float32Array(shown(state, posterior.mean)),
    numFlips,
  };
}

/** Positions of the items that are neither labeled nor skipped nor on lease, ascending. After every label, of the whole pool. */
function openPositions({ pool: { posterior }, isSkipped }: LiveState, pending: Int32Array): Int32Array {
  const isTaken = new Uint8Array(posterior.numTracked);
  for (const item of posterior.observations.keys()) isTaken[item] = 1;
  for (const item of pending) isTaken[item] = 1;
  const free = new Int32Array(posterior.numTracked);
  let count = 0;
  for (let i = 0; i < free.length; i++) if (!isTaken[i] && !isSkipped[i]) free[count++] = i;
  return free.slice(0, count);
}

function itemsAt(ids: readonly string[], positions: Int32Array): string[] {
  const found = new Array<string>(positions.length);
  for (let i = 0; i < found.length; i++) found[i] = ids[positions[i]!]!;
  return found;
}

/** What the state put off until the order was published. */
export function settleLive({ projectId }: { readonly projectId: string }): void {
  states.get(projectId)?.pool.posterior.settle();
}

/** For every class: what the pool's predictions would become; null for an item that the pool does not hold. */
export function whatIfLive({
  projectId,
  itemId,
  numMostChanged,
}: {
  readonly projectId: string;
  readonly itemId: string;
  readonly numMostChanged: number;
}) {
  const state = stateOf(projectId);
  const { posterior } = state.pool;
  const item = state.input.itemIds.indexOf(itemId);
  if (item < 0) return null;
  const k = posterior.numClasses;
  return {
    probabilities: shown(state, posterior.mean.slice(item * k, (item + 1) * k)),
    classes: whatIfAt(posterior, item, { numMostChanged }),
  };
}

export interface LiveExplanation {
  readonly score: number;
  readonly reason: string;
  readonly probabilities: Float64Array;
  readonly nearest: readonly {
    readonly item: number;
    readonly classIndex: number;
    readonly similarity: number;
  }[];
}

/** Score, reason and the labeled items nearest by the kernel; null for an item that the pool does not hold. */
export function explainLive({
  projectId,
  itemId,
  numNearest,
}: {
  readonly projectId: string;
  readonly itemId: string;
  readonly numNearest: number;
}): LiveExplanation | null {
  const state = stateOf(projectId);
  const { input } = state;
  const { posterior, view, strategy } = state.pool;
  const item = input.itemIds.indexOf(itemId);
  if (item < 0) return null;
  const position = Int32Array.of(item);
  const k = posterior.numClasses;
  return {
    score: scoreCandidates(strategy, {
      posterior,
      positions: position,
      ids: [itemId],
      random: createRandom(input.seed).fork('scores'),
      norm: input.norm,
      relevance: state.relevance,
      view,
    })[0]!,
    reason: reasonsFor(strategy, posterior, position, input.classNames)[0]!,
    probabilities: shown(state, posterior.mean.slice(item * k, (item + 1) * k)),
    nearest: posterior.nearestLabeled(item, numNearest).map(({ item: other, similarity }) => ({
      item: other,
      similarity,
      classIndex: posterior.observations.get(other)!.indexOf(1),
    })),
  };
}

const shown = ({ input }: LiveState, mean: Float64Array) =>
  shownProbabilities(mean, input.numClasses, { temperature: input.temperature, loss: input.model.loss });

/** Throws live-state-missing. */
export function stateOf(projectId: string): LiveState {
  const state = states.get(projectId);
  if (!state)
    throw Object.assign(new Error(`the live state of ${projectId} is not loaded`), {
      code: 'live-state-missing',
    });
  return state;
}
