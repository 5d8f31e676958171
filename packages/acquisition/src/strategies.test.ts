import { createRandom } from '@tangent/compute';
import { KernelPosterior, marginsOf, matrixGram, oneHot, probabilitiesOf } from '@tangent/ntk';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { rankLive } from './rank-live.js';
import { reasonFor } from './reason.js';
import { strategies, strategyNamed } from './registry.js';
import { type Candidates, orderByScore, scoreCandidates, selectBatch } from './select-batch.js';

/** A pool of n items with a kernel of random features; twins names pairs of items that are the same. */
function pool(
  seed: number,
  {
    n = 18,
    k = 3,
    numLabeled = 4,
    order = Array.from({ length: n }, (_, i) => i),
    twins = [] as [number, number][],
  } = {},
): Candidates {
  const random = createRandom(seed).fork('pool');
  const rank = 6;
  const root = Float64Array.from({ length: n * rank }, () => random.normal());
  const prior = Float64Array.from({ length: n * k }, () => 0.4 * random.normal());
  for (const [a, b] of twins) {
    root.copyWithin(b * rank, a * rank, (a + 1) * rank);
    prior.copyWithin(b * k, a * k, (a + 1) * k);
  }
  const kernel = new Float64Array(n * n);
  order.forEach((a, i) => {
    order.forEach((b, j) => {
      for (let t = 0; t < rank; t++) kernel[i * n + j]! += root[a * rank + t]! * root[b * rank + t]!;
    });
  });
  const place = new Map(order.map((item, i) => [item, i]));
  const labeled = Array.from({ length: numLabeled }, (_, item) => item);
  const evaluation = Array.from({ length: 8 }, (_, e) => numLabeled + e).filter((e) => e < n);
  const posterior = KernelPosterior.build({
    gram: matrixGram(kernel, n),
    prior: Float64Array.from(order.flatMap((item) => [...prior.slice(item * k, (item + 1) * k)])),
    numClasses: k,
    observations: labeled.map((item) => ({ item: place.get(item)!, target: oneHot(item % k, k) })),
    evaluation: Int32Array.from(evaluation, (e) => place.get(e)!),
  });
  const isLabeled = new Set(labeled);
  const positions = Int32Array.from(order.flatMap((item, i) => (isLabeled.has(item) ? [] : [i])));
  return {
    posterior,
    positions,
    ids: Array.from(positions, (p) => `item-${String(order[p]).padStart(3, '0')}`),
    random: createRandom(seed),
  };
}

const picks = (candidates: Candidates, { order }: { readonly order: Int32Array }) =>
  Array.from(order, (i) => candidates.ids[i]!);

describe.each(strategies.map((s) => [s.name, s] as const))(
  'every strategy keeps the laws: %s',
  (_name, strategy) => {
    test('the same seed gives the same batch, whatever the order of the pool', () => {
      fc.assert(
        fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
          const straight = pool(seed);
          const shuffled = pool(seed, {
            order: Array.from(createRandom(seed).fork('order').permutation(18)),
          });
          const batch = picks(straight, selectBatch(strategy, straight, 5));
          expect(picks(pool(seed), selectBatch(strategy, pool(seed), 5))).toEqual(batch);
          expect(picks(shuffled, selectBatch(strategy, shuffled, 5))).toEqual(batch);
        }),
        { numRuns: 20 },
      );
    });

    test('a batch holds no item twice, and no more than there are', () => {
      const candidates = pool(3);
      const { order, scores } = selectBatch(strategy, candidates, 100);
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 14 }, (_, i) => i));
      expect(scores.every(Number.isFinite)).toBe(true);
    });

    test.each([2, 5, 20])('%i classes', (k) => {
      const candidates = pool(5, { k });
      expect(selectBatch(strategy, candidates, 4).order).toHaveLength(4);
    });

    test('empty and one-item pools', () => {
      const candidates = pool(6);
      const none = { ...candidates, positions: new Int32Array(), ids: [] };
      expect(selectBatch(strategy, none, 3).order).toHaveLength(0);
      const one = {
        ...candidates,
        positions: candidates.positions.slice(0, 1),
        ids: candidates.ids.slice(0, 1),
      };
      expect([...selectBatch(strategy, one, 3).order]).toEqual([0]);
    });

    test('the live order holds every candidate once', () => {
      const candidates = pool(7);
      const { order } = rankLive(strategy, candidates, {
        headSize: 3,
        shortlistSize: 6,
        pending: Int32Array.of(0),
      });
      expect([...order].sort((a, b) => a - b)).toEqual(Array.from(candidates.positions.keys()));
    });
  },
);

test('of two twins a greedy batch takes one, and everything else before the other', () => {
  for (const name of ['lookahead', 'vtl', 'mlmoc']) {
    const strategy = strategyNamed(name);
    const candidates = pool(11, { twins: [[10, 11]] });
    const { order } = selectBatch(strategy, candidates, 14);
    const first = picks(candidates, { order });
    const [a, b] = ['item-010', 'item-011'].map((id) => first.indexOf(id)).sort((x, y) => x - y);
    expect(b! - a!).toBeGreaterThan(1);
  }
});

test('ties break by id', () => {
  expect([...orderByScore(Float64Array.of(1, 2, 2, 0), ['d', 'c', 'b', 'a'])]).toEqual([2, 1, 0, 3]);
});

test('scores that are no numbers are refused by the name of the strategy', () => {
  const broken = { ...strategyNamed('vtl'), score: () => Float64Array.of(Number.NaN) };
  const candidates = pool(2);
  const one = { ...candidates, positions: candidates.positions.slice(0, 1), ids: candidates.ids.slice(0, 1) };
  expect(() => scoreCandidates(broken, one)).toThrow(/strategy vtl: the score of item-\d+ is NaN/);
});

test('an unknown strategy is answered with those that exist', () => {
  expect(() => strategyNamed('best')).toThrow(/no strategy “best”; choose one of lookahead, mlmoc/);
});

test('lookahead is the drop of variance, weighted by one minus the margin', () => {
  const candidates = pool(4);
  const state = candidates.posterior.restrict(candidates.positions);
  const margins = marginsOf(probabilitiesOf(state.mean, 3), 3);
  const wanted = state.varianceDrops().map((drop, i) => drop * (1 - margins[i]!));
  expect(scoreCandidates(strategyNamed('lookahead'), candidates)).toEqual(wanted);
});

test('mlmoc is how far the outputs over E would move with the pseudo-label, in both norms', () => {
  const candidates = pool(8);
  const { posterior, positions } = candidates;
  const k = 3;
  const [l1, l2] = (['l1', 'l2'] as const).map((norm) =>
    scoreCandidates(strategyNamed('mlmoc'), { ...candidates, norm }),
  );
  positions.forEach((t, i) => {
    const mean = posterior.mean.slice(t * k, (t + 1) * k);
    const y = mean.indexOf(Math.max(...mean));
    const moved = posterior.lookAt(t).evaluationChange(oneHot(y, k).map((target, j) => target - mean[j]!));
    const lengths = Array.from({ length: posterior.evaluation.length }, (_, e) =>
      Math.hypot(...moved.subarray(e * k, (e + 1) * k)),
    );
    expect(l1![i]! / lengths.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 8);
    expect(l2![i]! / lengths.reduce((a, b) => a + b * b, 0)).toBeCloseTo(1, 8);
  });
});

test('the greedy batch is that of the obvious loop, which builds the state anew after each pick', () => {
  const strategy = strategyNamed('lookahead');
  const candidates = pool(13);
  const greedy = picks(candidates, selectBatch(strategy, candidates, 4));
  const slow = pool(13);
  const taken: string[] = [];
  for (let pick = 0; pick < 4; pick++) {
    const rest = Array.from(slow.positions.keys()).filter((i) => !taken.includes(slow.ids[i]!));
    const scores = scoreCandidates(strategy, {
      ...slow,
      positions: Int32Array.from(rest, (i) => slow.positions[i]!),
      ids: rest.map((i) => slow.ids[i]!),
    });
    const best =
      rest[
        orderByScore(
          scores,
          rest.map((i) => slow.ids[i]!),
        )[0]!
      ]!;
    taken.push(slow.ids[best]!);
    const t = slow.positions[best]!;
    const mean = slow.posterior.mean.slice(3 * t, 3 * t + 3);
    slow.posterior.observe(t, oneHot(mean.indexOf(Math.max(...mean)), 3));
  }
  expect(greedy).toEqual(taken);
});

test('items on lease count as picked already', () => {
  const strategy = strategyNamed('vtl');
  const candidates = pool(11, { twins: [[10, 11]] });
  const without = {
    ...candidates,
    positions: candidates.positions.filter((p) => p !== 10),
    ids: candidates.ids.filter((id) => id !== 'item-010'),
  };
  const place = (pending: Int32Array) =>
    picks(without, selectBatch(strategy, without, 13, pending)).indexOf('item-011');
  expect(place(Int32Array.of(10))).toBeGreaterThan(place(new Int32Array()));
});

test('a reason says between what the model is torn, and what a label settles', () => {
  const base = { strategy: strategyNamed('lookahead'), classNames: ['four', 'nine', 'one'] };
  expect(reasonFor({ ...base, probabilities: Float64Array.of(0.45, 0.4, 0.15), varianceShare: 0.031 })).toBe(
    'The model is torn between four and nine (45% to 40%); a label here settles 3.1% of what is uncertain in the pool.',
  );
  expect(reasonFor({ ...base, probabilities: Float64Array.of(0.1, 0.8, 0.1), varianceShare: null })).toBe(
    'The model leans to nine (80%).',
  );
  expect(
    reasonFor({
      ...base,
      strategy: strategyNamed('random'),
      probabilities: Float64Array.of(1, 0, 0),
      varianceShare: null,
    }),
  ).toBe('Drawn at random.');
});
