import { relevanceWeights } from '@tangent/acquisition';
import { oneHot } from '@tangent/ntk';
import { type LiveState, type Showable, stateOf } from './live-state.js';
import { mostRejected } from './weigh-relevance.js';
import { wholePool } from './whole-pool.js';

/** From so many changes at once on, to build anew costs less than their updates: what a round finds when it ends under load. */
const mostUpdatesAtOnce = 256;

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
}): Pick<Showable, 'mean'> {
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
  return { mean: state.pool.posterior.mean };
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
  const { posterior } = state.pool;
  for (const { item, classIndex } of changes) {
    const before = posterior.observations.get(item);
    const target = classIndex < 0 ? undefined : oneHot(classIndex, posterior.numClasses);
    if (before && target && before[classIndex] === 1) continue;
    if (before) posterior.forget(item);
    if (target) posterior.observe(item, target);
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
