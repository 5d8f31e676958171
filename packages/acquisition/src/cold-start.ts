import type { Selection } from './select-batch.js';
import type { ColdPool, ColdStart, Strategy } from './strategy.js';

/** First score of every candidate without a model. Throws RangeError as `selectColdStart` does. */
export function scoreColdStart(strategy: Strategy, pool: ColdPool): Float64Array {
  return checked(strategy, pool).score(pool);
}

/**
 * Picks `numPicks` of the candidates without a model: indices into `items`. Throws RangeError for a strategy that needs
 * a model, and for embeddings that are not finite, naming the item.
 */
export function selectColdStart(strategy: Strategy, pool: ColdPool, numPicks: number): Selection {
  return checked(strategy, pool).select(pool, Math.min(numPicks, pool.items.length));
}

function checked({ name, needs, coldStart }: Strategy, pool: ColdPool): ColdStart {
  if (!coldStart)
    throw new RangeError(
      `the strategy ${name} needs a model; label items of two classes, or choose random or typiclust`,
    );
  if (!needs.includes('embeddings')) return coldStart;
  const { values, width } = pool.embeddings;
  const check = (item: number, who: string) => {
    const at = values
      .subarray(item * width, (item + 1) * width)
      .findIndex((value) => !Number.isFinite(value));
    if (at >= 0)
      throw new RangeError(
        `strategy ${name}: the embeddings of ${who} hold ${values[item * width + at]}; leave the item out`,
      );
  };
  pool.items.forEach((item, i) => {
    check(item, pool.ids[i]!);
  });
  for (const item of pool.covered) check(item, `the labeled item ${item}`);
  return coldStart;
}
