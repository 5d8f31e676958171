import { type Candidates, strategyNamed } from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import { argmaxes } from '@tangent/ntk';
import type { PoolState } from './pool-state.js';
import type { ReasonSettings } from './reasons.js';
import { shownProbabilities } from './shown-probabilities.js';
import { type PoolInput, wholePool } from './whole-pool.js';

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
  /** 0, 1, 2, … of the pool. */
  readonly everyItem: Int32Array;
  /** Weight of each evaluation item now. */
  relevance: Float64Array;
  readonly isSkipped: boolean[];
  /** Items that were rejected as not relevant, by pool index. */
  readonly rejected: Set<number>;
  /** Pool indices of the head of the latest order, from which that of the next will mostly come. */
  likely: Int32Array;
}

/** What the thread that shows a state works with. */
export interface Showable {
  /** Posterior means, [n, k], in shared memory; a state that is built anew has other ones. */
  readonly mean: Float64Array;
  /** The predicted class of every item, [n], in shared memory. */
  readonly predicted: Int32Array;
}

/** The states that this thread holds, by project. They live here, beside the arithmetic, and die with the thread. */
const states = new Map<string, LiveState>();

/** Builds and holds the state of a project, in place of the one that was there. Throws as the posterior is built. */
export function loadLive(given: LoadInput): Showable {
  const input = inClosedForm(given);
  const pool = wholePool(input);
  const { posterior } = pool;
  states.set(input.projectId, {
    pool,
    input,
    everyItem: Int32Array.from(input.itemIds, (_, item) => item),
    relevance: input.relevance,
    isSkipped: [...input.isSkipped],
    rejected: new Set(input.isNotRelevant.flatMap((is, item) => (is ? [item] : []))),
    likely: new Int32Array(),
  });
  const { mean } = posterior;
  const predicted = new Int32Array(new SharedArrayBuffer(4 * posterior.numTracked));
  predicted.set(argmaxes(mean, input.numClasses));
  return { mean, predicted };
}

export function dropLive({ projectId }: { readonly projectId: string }): void {
  states.delete(projectId);
}

/** Throws live-state-missing. */
export function stateOf(projectId: string): LiveState {
  const state = states.get(projectId);
  if (!state)
    throw Object.assign(new Error(`the live state of ${projectId} is not loaded`), {
      code: 'live-state-missing',
    });
  return state;
}

/** What the state put off until the order was published: rounding that is taken back, and, where it is due, a build. */
export function settleLive({ projectId }: { readonly projectId: string }): void {
  const state = states.get(projectId);
  if (!state) return;
  const { posterior } = state.pool;
  posterior.settle(state.likely);
  if (posterior.needsRefactorising) state.pool = { ...state.pool, posterior: posterior.refactorised() };
}

/** Items of the state, by pool index and id, as its strategy scores them. */
export function candidatesOf(
  { input, pool, relevance }: LiveState,
  positions: Int32Array,
  ids: readonly string[],
): Candidates {
  return {
    posterior: pool.posterior,
    positions,
    ids,
    random: createRandom(input.seed).fork('scores'),
    norm: input.norm,
    relevance,
    view: pool.view,
    ...(input.prefilter !== null && { prefilter: { share: input.prefilter } }),
  };
}

/** What its reasons are made with. */
export const reasonSettings = ({ input, pool }: LiveState): ReasonSettings => ({
  strategy: pool.strategy,
  classNames: input.classNames,
  temperature: input.temperature,
  loss: input.model.loss,
});

/** The probabilities that people see, of means of this state. */
export const shown = ({ input }: LiveState, mean: Float64Array) =>
  shownProbabilities(mean, input.numClasses, { temperature: input.temperature, loss: input.model.loss });

/**
 * Training again for every candidate after every label would take minutes. In live mode what it approximates orders the queue:
 * the same sum over E of how far the outputs move, in closed form.
 */
const inClosedForm = (input: LoadInput): LoadInput =>
  strategyNamed(input.strategy).needs.includes('retrain')
    ? { ...input, strategy: 'mlmoc', norm: 'l1' }
    : input;
