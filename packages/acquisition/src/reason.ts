import { argmaxes, marginsOf } from '@tangent/ntk';
import type { Strategy } from './strategy.js';

/** What a strategy tells annotators about its picks. */
export type Reason =
  /** What the model believes of the item, and what share of the pool's uncertainty a label settles. */
  | { readonly kind: 'variance-share' }
  /** What the model believes of the item, and a clause about what the strategy looks for. */
  | { readonly kind: 'belief'; readonly because: string | null }
  /** A sentence that does not ask the model. */
  | { readonly kind: 'sentence'; readonly text: string };

/** What a sentence about one candidate is made of. */
export interface ReasonContext {
  readonly strategy: Strategy;
  /** Class probabilities of the item, [numClasses]. */
  readonly probabilities: Float64Array;
  readonly classNames: readonly string[];
  /** Share of the pool's remaining variance that the label would settle, 0 … 1; null where it is not known. */
  readonly varianceShare: number | null;
}

/** Why this item, in one sentence for the annotator. */
export function reasonFor({ strategy, probabilities, classNames, varianceShare }: ReasonContext): string {
  const { reason } = strategy;
  if (reason.kind === 'sentence') return reason.text;
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
  if (reason.kind === 'belief')
    return reason.because === null ? `${belief}.` : `${belief}; ${reason.because}.`;
  if (varianceShare === null) return `${belief}.`;
  return `${belief}; a label here settles ${percent(varianceShare)} of what is uncertain in the pool.`;
}
