import { createRandom } from '@tangent/compute';
import { expect, test } from 'vitest';
import { scoreColdStart, selectColdStart } from './cold-start.js';
import { strategies, strategyNamed } from './registry.js';
import { scoreCandidates, selectBatch } from './select-batch.js';
import type { ColdPool } from './strategy.js';
import { idOf, picksOf, pool } from './testing/pools.js';

const cold = strategies.filter(({ coldStart }) => coldStart);

/** Thirty items in the plane, of which the first two have a label, in some order. */
function coldPool(order: readonly number[] = Array.from({ length: 30 }, (_, i) => i)): ColdPool {
  const random = createRandom('cold');
  const points = Array.from({ length: 30 }, () => [random.normal(), random.normal()]);
  const items = Int32Array.from([...order.keys()].filter((at) => order[at]! >= 2));
  return {
    embeddings: { values: Float32Array.from(order.flatMap((item) => points[item]!)), width: 2 },
    items,
    ids: Array.from(items, (at) => idOf(order[at]!)),
    covered: Int32Array.of(order.indexOf(0), order.indexOf(1)),
    random: createRandom(3),
  };
}

test.each(cold)(
  '$name without a model picks the same items whatever their order, and none twice',
  (strategy) => {
    const order = Array.from(createRandom(1).permutation(30));
    const idsOf = (from: ColdPool) => picksOf({ ids: from.ids } as never, selectColdStart(strategy, from, 7));
    const picks = idsOf(coldPool());
    expect(new Set(picks).size).toBe(7);
    expect(idsOf(coldPool(order))).toEqual(picks);
    expect(selectColdStart(strategy, coldPool(), 99).order).toHaveLength(28);
    expect(scoreColdStart(strategy, coldPool())).toHaveLength(28);
  },
);

test.each(cold)('$name scores and picks without a model what it does with one', (strategy) => {
  const candidates = pool(4);
  const { posterior, positions, ids, random, view } = candidates;
  const { embeddings } = view;
  const covered = Int32Array.from(posterior.observations.keys());
  const without = { embeddings, items: positions, ids, covered, random };
  expect(scoreColdStart(strategy, without)).toEqual(scoreCandidates(strategy, candidates));
  expect(selectColdStart(strategy, without, 5)).toEqual(selectBatch(strategy, candidates, 5));
});

test('a strategy that needs a model says so, and embeddings that are none name their item', () => {
  expect(() => scoreColdStart(strategyNamed('lookahead'), coldPool())).toThrow(
    'the strategy lookahead needs a model; label items of two classes, or choose random or typiclust',
  );
  const broken = coldPool();
  broken.embeddings.values[2 * 5 + 1] = Number.NaN;
  expect(() => selectColdStart(strategyNamed('typiclust'), broken, 3)).toThrow(
    'strategy typiclust: the embeddings of item-005 hold NaN; leave the item out',
  );
  expect(() => selectColdStart(strategyNamed('random'), broken, 3)).not.toThrow();
});
