import { argmaxes, marginsOf } from '@tangent/ntk';
import type { Strategy } from './strategy.js';

/** What a sentence about one candidate is made of. */
export interface ReasonContext {
  readonly strategy: Strategy;
  /** Class probabilities of the item, [numClasses]. */
  readonly probabilities: Float64Array;
  readonly classNames: readonly string[];
  /** Share of the pool's remaining variance that the label would settle, 0 … 1; null where the strategy does not ask. */
  readonly varianceShare: number | null;
}

/** Why this item, in one sentence for the annotator. */
export function reasonFor({ strategy, probabilities, classNames, varianceShare }: ReasonContext): string {
  if (strategy.name === 'random') return 'Drawn at random.';
  const k = probabilities.length;
  const gap = marginsOf(probabilities, k)[0]!;
  const first = argmaxes(probabilities, k)[0]!;
  const second = argmaxes(
    probabilities.map((p, j) => (j === first ? -1 : p)),
    k,
  )[0]!;
  const percent = (share: number) => `${(100 * share).toFixed(share < 0.0995 ? 1 : 0)}%`;
  const belief =
    gap < 0.25
      ? `The model is torn between ${classNames[first]} and ${classNames[second]} (${percent(probabilities[first]!)} to ${percent(probabilities[second]!)})`
      : `The model leans to ${classNames[first]} (${percent(probabilities[first]!)})`;
  if (varianceShare === null) return `${belief}.`;
  return `${belief}; a label here settles ${percent(varianceShare)} of what is uncertain in the pool.`;
}
