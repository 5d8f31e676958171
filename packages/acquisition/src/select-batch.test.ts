import { createRandom } from '@tangent/compute';
import { marginsOf, oneHot, probabilitiesOf } from '@tangent/ntk';
import { expect, test } from 'vitest';
import { orderByScore } from './order.js';
import { rankLive } from './rank-live.js';
import { strategies, strategyNamed } from './registry.js';
import { scoreCandidates, selectBatch } from './select-batch.js';
import { picksOf, pool } from './testing/pools.js';

test('ties break by id', () => {
  expect([...orderByScore(Float64Array.of(1, 2, 2, 0), ['d', 'c', 'b', 'a'])]).toEqual([2, 1, 0, 3]);
});

test('many scores come in the order of a plain sort: of every sign and size, nearly equal, and equal by id', () => {
  const random = createRandom('scores');
  const few = [0, -0, 0.5, -1, Number.MIN_VALUE, -Number.MIN_VALUE, Number.MAX_VALUE, Infinity, -Infinity];
  const scores = Float64Array.from({ length: 20_000 }, (_, i) => {
    if (i % 3 === 0) return few[random.integer(few.length)]!;
    return i % 3 === 1 ? random.normal() * 10 ** (random.integer(40) - 20) : 1 + random.uniform() * 1e-12;
  });
  const ids = Array.from(scores, (_, i) => `item ${(i * 7919) % scores.length}`);
  const wanted = Array.from(scores.keys()).sort((a, b) => {
    if (scores[a] === scores[b]) return ids[a]! < ids[b]! ? -1 : 1;
    return scores[a]! > scores[b]! ? -1 : 1;
  });
  expect([...orderByScore(scores, ids)]).toEqual(wanted);
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

test('the greedy batch is that of the obvious loop, which scores anew after each label', () => {
  for (const [name, norm] of [
    ['lookahead', 'l1'],
    ['mlmoc', 'l1'],
    ['mlmoc', 'l2'],
    ['emoc', 'l1'],
    ['emoc', 'l2'],
    ['eer', 'l1'],
    ['label-flips', 'l1'],
    ['vtl', 'l1'],
  ] as const) {
    const strategy = strategyNamed(name);
    const candidates = pool(13, { norm });
    const greedy = picksOf(candidates, selectBatch(strategy, candidates, 4));
    const slow = pool(13, { norm });
    const taken: string[] = [];
    for (let pick = 0; pick < 4; pick++) {
      const rest = Array.from(slow.positions.keys()).filter((i) => !taken.includes(slow.ids[i]!));
      const ids = rest.map((i) => slow.ids[i]!);
      const scores = scoreCandidates(strategy, {
        ...slow,
        positions: Int32Array.from(rest, (i) => slow.positions[i]!),
        ids,
      });
      const best = rest[orderByScore(scores, ids)[0]!]!;
      taken.push(slow.ids[best]!);
      const t = slow.positions[best]!;
      const mean = slow.posterior.mean.slice(3 * t, 3 * t + 3);
      slow.posterior.observe(t, oneHot(mean.indexOf(Math.max(...mean)), 3));
    }
    expect(greedy).toEqual(taken);
  }
});

test('a prefilter gives covariance scores to the smallest margins only, and ranks the others by margin', () => {
  const strategy = strategyNamed('vtl');
  const candidates = pool(4);
  const all = scoreCandidates(strategy, candidates);
  const filtered = { ...candidates, prefilter: { share: 0.5 } };
  const scores = scoreCandidates(strategy, filtered);
  const margins = marginsOf(probabilitiesOf(candidates.posterior.restrict(candidates.positions).mean, 3), 3);
  const byMargin = orderByScore(
    margins.map((gap) => -gap),
    candidates.ids,
  );
  const [kept, rest] = [byMargin.slice(0, 7), byMargin.slice(7)];
  for (const i of kept) expect(scores[i]).toBeCloseTo(all[i]!, 12);
  const order = orderByScore(scores, candidates.ids);
  expect(new Set(order.slice(0, 7))).toEqual(new Set(kept));
  expect([...order.slice(7)]).toEqual([...rest]);
  expect([...selectBatch(strategy, filtered, 14).order.slice(7)]).toEqual([...rest]);
  expect([...rankLive(strategy, filtered, { shortlistSize: 7 }).order.slice(7)]).toEqual([...rest]);
});

test('a prefilter of everything changes nothing, and none is made where nothing looks ahead', () => {
  const candidates = pool(5);
  for (const strategy of strategies)
    for (const share of strategy.looksAhead ? [1] : [1, 0.2])
      expect(picksOf(candidates, selectBatch(strategy, { ...candidates, prefilter: { share } }, 6))).toEqual(
        picksOf(candidates, selectBatch(strategy, candidates, 6)),
      );
});

test('a batch larger than what the prefilter keeps goes on by margin', () => {
  for (const strategy of strategies.filter(({ looksAhead }) => looksAhead)) {
    const { order, scores } = selectBatch(strategy, { ...pool(6), prefilter: { share: 0.1 } }, 9);
    expect(new Set(order).size).toBe(9);
    expect(scores.every(Number.isFinite)).toBe(true);
    expect([...scores.slice(2)]).toEqual([...scores.slice(2)].sort((a, b) => b - a));
  }
});

test.each([0, -0.1, 1.1, Number.NaN])('a prefilter with a share of %s is refused', (share) => {
  expect(() => selectBatch(strategyNamed('vtl'), { ...pool(4), prefilter: { share } }, 2)).toThrow(
    /the share must lie in \(0, 1\]/,
  );
});

test('a prefilter refuses a margin that is no number, and names the item', () => {
  const candidates = pool(4);
  const t = candidates.positions[2]!;
  candidates.posterior.mean[3 * t + 1] = Number.NaN;
  const filtered = { ...candidates, prefilter: { share: 0.5 } };
  for (const act of [
    () => scoreCandidates(strategyNamed('vtl'), filtered),
    () => selectBatch(strategyNamed('vtl'), filtered, 2),
  ])
    expect(act).toThrow(`prefilter: the margin of ${candidates.ids[2]} is NaN`);
});

test('in live mode a set strategy that looks ahead picks its head behind the prefilter, too', () => {
  const candidates = pool(6);
  const bait = strategyNamed('bait');
  const filtered = { ...candidates, prefilter: { share: 0.3 } };
  const wanted = picksOf(candidates, selectBatch(bait, filtered, 4));
  expect(wanted).not.toEqual(picksOf(candidates, selectBatch(bait, candidates, 4)));
  const live = picksOf(candidates, rankLive(bait, filtered, { headSize: 4 }));
  expect(live.slice(0, 4)).toEqual(wanted);
});

test('in live mode only what is open is ranked, and as if the others were not there', () => {
  const candidates = pool(6);
  const isOpen = Uint8Array.from(candidates.positions, (_, i) => Number(i % 3 !== 0));
  const open = candidates.positions.filter((_, i) => isOpen[i] === 1);
  const among = { ...candidates, positions: open, ids: candidates.ids.filter((_, i) => isOpen[i] === 1) };
  for (const name of ['lookahead', 'margin', 'bait']) {
    const strategy = strategyNamed(name);
    const found = rankLive(strategy, candidates, { isOpen, headSize: 4 });
    const wanted = rankLive(strategy, among, { headSize: 4 });
    expect(picksOf(candidates, found)).toEqual(picksOf(among, wanted));
  }
});
