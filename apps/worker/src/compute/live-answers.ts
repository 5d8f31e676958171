import { scoreCandidates } from '@tangent/acquisition';
import { whatIfAt } from '@tangent/ntk';
import { candidatesOf, reasonSettings, shown, stateOf } from './live-state.js';
import { reasonsFor } from './reasons.js';

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
  readonly probabilities: Float32Array;
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
  const { posterior, strategy } = state.pool;
  const item = input.itemIds.indexOf(itemId);
  if (item < 0) return null;
  const position = Int32Array.of(item);
  const k = posterior.numClasses;
  return {
    score: scoreCandidates(strategy, candidatesOf(state, position, [itemId]))[0]!,
    reason: reasonsFor(posterior, position, reasonSettings(state))[0]!,
    probabilities: shown(state, posterior.mean.slice(item * k, (item + 1) * k)),
    nearest: posterior.nearestLabeled(item, numNearest).map(({ item: other, similarity }) => ({
      item: other,
      similarity,
      classIndex: posterior.observations.get(other)!.indexOf(1),
    })),
  };
}
