import { createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { argmaxRow, KernelPosterior, matrixGram, oneHot, probabilitiesOf } from '@tangent/ntk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strategyNamed } from '../registry.js';
import { type Candidates, scoreCandidates, selectBatch } from '../select-batch.js';
import { idOf, picksOf, pool } from '../testing/pools.js';
import { typicalItems } from './typiclust.js';

const k = 3;
const tight = { rtol: 1e-9, atol: 1e-10 };
const law = (body: (seed: number) => void) =>
  fc.assert(fc.property(fc.integer({ min: 0, max: 1e6 }), body), { numRuns: 15 });
type Pool = ReturnType<typeof pool>;

const embeddingOf = ({ view }: Pool, item: number) => {
  const { values, width } = view.embeddings;
  return Array.from(values.subarray(item * width, (item + 1) * width));
};
const squared = (a: readonly number[], b: readonly number[]) =>
  a.reduce((sum, x, t) => sum + (x - b[t]!) ** 2, 0);
const select = (name: string, candidates: Candidates, count: number, pending?: Int32Array) =>
  selectBatch(strategyNamed(name), candidates, count, pending);

/** (p − e_ŷ) ⊗ h, written out. */
function gradientOf(candidates: Pool, item: number): number[] {
  const p = probabilitiesOf(candidates.posterior.mean.slice(item * k, (item + 1) * k), k);
  const y = argmaxRow(p, 0, k);
  return Array.from(p, (value, j) => value - (j === y ? 1 : 0)).flatMap((r) =>
    embeddingOf(candidates, item).map((h) => r * h),
  );
}

test('badge: first scores are the norms of the gradients, and the largest is picked first', () => {
  const candidates = pool(1);
  const norms = Float64Array.from(candidates.positions, (item) =>
    Math.sqrt(squared(gradientOf(candidates, item), new Array(15).fill(0))),
  );
  expectClose(scoreCandidates(strategyNamed('badge'), candidates), norms, tight);
  expect(select('badge', candidates, 1).order[0]).toBe(norms.indexOf(Math.max(...norms)));
});

test('badge: every pick is scored by its distance to the gradients before it, pending ones too', () => {
  law((seed) => {
    for (const pending of [[], [4, 5]]) {
      const candidates = pool(seed);
      const positions = candidates.positions.filter((p) => !pending.includes(p));
      const free = { ...candidates, positions, ids: Array.from(positions, idOf) };
      const { order, scores } = select('badge', free, 6, Int32Array.from(pending));
      const before = pending.map((item) => gradientOf(candidates, item));
      const wanted = Array.from(order, (i) => {
        const gradient = gradientOf(candidates, positions[i]!);
        const nearest = Math.min(...before.map((other) => squared(gradient, other)));
        const norm = squared(gradient, new Array(15).fill(0));
        before.push(gradient);
        return Math.sqrt(before.length === 1 ? norm : nearest);
      });
      expectClose(scores, wanted, { rtol: 1e-6, atol: 1e-7 });
    }
  });
});

test('badge draws the second pick in proportion to its squared distance', () => {
  const candidates = pool(1);
  const first = select('badge', candidates, 1).order[0]!;
  const gradients = Array.from(candidates.positions, (item) => gradientOf(candidates, item));
  const weights = gradients.map((gradient) => squared(gradient, gradients[first]!));
  const total = weights.reduce((a, b) => a + b, 0);
  const counts = new Float64Array(weights.length);
  const numSeeds = 2000;
  for (let seed = 0; seed < numSeeds; seed++)
    counts[select('badge', { ...candidates, random: createRandom(seed) }, 2).order[1]!]!++;
  weights.forEach((weight, i) => {
    const share = weight / total;
    // Four standard deviations.
    expect(Math.abs(counts[i]! / numSeeds - share)).toBeLessThan(
      4 * Math.sqrt((share * (1 - share)) / numSeeds) + 1e-9,
    );
  });
});

test('coreset is the greedy choice of the farthest item by all pairs', () => {
  law((seed) => {
    const candidates = pool(seed);
    const centres = [0, 1, 2, 3];
    const nearest = (item: number) =>
      Math.min(...centres.map((c) => squared(embeddingOf(candidates, item), embeddingOf(candidates, c))));
    const first = Array.from(candidates.positions, (item) => Math.sqrt(nearest(item)));
    expectClose(scoreCandidates(strategyNamed('coreset'), candidates), first, tight);
    const { order, scores } = select('coreset', candidates, 6);
    order.forEach((i, pick) => {
      const item = candidates.positions[i]!;
      const left = Array.from(candidates.positions).filter((p) => !centres.includes(p));
      expect(scores[pick]).toBeCloseTo(Math.sqrt(nearest(item)), 9);
      expect(nearest(item)).toBe(Math.max(...left.map(nearest)));
      centres.push(item);
    });
  });
});

test('lcmd takes the farthest item of the largest cluster by all pairs', () => {
  law((seed) => {
    const candidates = pool(seed);
    const { gram } = candidates.view;
    const distance = (a: number, b: number) =>
      Math.max(0, gram.diagonal[a]! + gram.diagonal[b]! - 2 * gram.column([a], b)[0]!);
    const centres = [0, 1, 2, 3];
    const picks: number[] = [];
    const ownerOf = (item: number) =>
      centres.reduce((best, c) => (distance(item, c) < distance(item, best) ? c : best));
    for (let pick = 0; pick < 6; pick++) {
      const left = Array.from(candidates.positions).filter((p) => !picks.includes(p));
      const sizeOf = (c: number) =>
        left.filter((item) => ownerOf(item) === c).reduce((sum, item) => sum + distance(item, c), 0);
      const largest = centres.reduce((best, c) => (sizeOf(c) > sizeOf(best) ? c : best));
      const members = left.filter((item) => ownerOf(item) === largest);
      const farthest = members.reduce((best, item) =>
        distance(item, largest) > distance(best, largest) ? item : best,
      );
      picks.push(farthest);
      centres.push(farthest);
    }
    const { order } = select('lcmd', candidates, 6);
    expect(Array.from(order, (i) => candidates.positions[i]!)).toEqual(picks);
  });
});

test('lcmd does not depend on the order in which the labels came, not even between centres equally near', () => {
  // Points of a line. Item 2 is as near to the label at 0 as to that at 4, and decides which cluster is the largest.
  const line = [0, 4, 2, -1.9, 6.5];
  const gram = matrixGram(
    Float64Array.from({ length: 25 }, (_, i) => line[Math.floor(i / 5)]! * line[i % 5]!),
    5,
  );
  const picks = [
    [0, 1],
    [1, 0],
  ].map((labeled) => {
    const posterior = KernelPosterior.build({
      gram,
      prior: new Float64Array(10),
      numClasses: 2,
      observations: labeled.map((item) => ({ item, target: oneHot(item, 2) })),
      evaluation: Int32Array.of(2),
    });
    const positions = Int32Array.of(2, 3, 4);
    const ids = Array.from(positions, idOf);
    return [
      ...select('lcmd', { posterior, positions, ids, random: createRandom(1), view: { gram } }, 3).order,
    ];
  });
  expect(picks[0]![0]).toBe(0);
  expect(picks[1]).toEqual(picks[0]);
});

test('first scores of lcmd are distances to the nearest labeled item in feature space', () => {
  const candidates = pool(3);
  const { gram } = candidates.view;
  const wanted = Float64Array.from(candidates.positions, (a) =>
    Math.sqrt(
      Math.min(
        ...[0, 1, 2, 3].map((b) => gram.diagonal[a]! + gram.diagonal[b]! - 2 * gram.column([a], b)[0]!),
      ),
    ),
  );
  expectClose(scoreCandidates(strategyNamed('lcmd'), candidates), wanted, tight);
});

test('bald is 0 where all draws agree, and ln 2 where two of them are sure of the opposite', () => {
  const candidates = pool(1, { k: 2 });
  const values = new Float32Array(18 * 2 * 2);
  const set = (item: number, draws: readonly number[]) => {
    values.set(draws, item * 4);
  };
  set(4, [1, 0, 0, 1]);
  set(5, [0.5, 0.5, 0.5, 0.5]);
  set(6, [0.75, 0.25, 0.25, 0.75]);
  const view = { ...candidates.view, draws: { values, numDraws: 2 } };
  const scores = scoreCandidates(strategyNamed('bald'), { ...candidates, view });
  const entropy = -(0.75 * Math.log(0.75) + 0.25 * Math.log(0.25));
  expectClose(scores.slice(0, 3), [Math.LN2, 0, Math.LN2 - entropy], { rtol: 1e-6, atol: 1e-7 });
});

test('margin, least confidence and entropy are read off the probabilities', () => {
  const candidates = pool(2);
  candidates.positions.forEach((item, i) => {
    const p = [...probabilitiesOf(candidates.posterior.mean.slice(item * k, (item + 1) * k), k)];
    const [first, second] = [...p].sort((a, b) => b - a);
    const score = (name: string) => scoreCandidates(strategyNamed(name), candidates)[i]!;
    expect(score('margin')).toBeCloseTo(1 - (first! - second!), 12);
    expect(score('least-confidence')).toBeCloseTo(1 - first!, 12);
    expect(score('entropy')).toBeCloseTo(-p.reduce((sum, x) => sum + x * Math.log(x), 0), 12);
  });
});

/** Three groups of 12, 9 and 6 points around far corners, in this order, and one outlier. */
function groups(seed: number) {
  const random = createRandom(seed).fork('groups');
  const corners = [12, 9, 6, 1].flatMap((count, c) => Array.from({ length: count }, () => c));
  const values = Float32Array.from(
    corners.flatMap((c) => [0, 1, 2, 3].map((t) => (t === c ? 100 : 0) + random.normal())),
  );
  const items = Int32Array.from(corners.keys());
  return { corners, embeddings: { values, width: 4 }, items, ids: Array.from(items, idOf), random };
}

test('typiclust takes one of each group, the largest first, before anything has a label', () => {
  for (let seed = 0; seed < 10; seed++) {
    const { corners, ...rest } = groups(seed);
    const { order } = typicalItems({ ...rest, covered: new Int32Array() }, 4);
    // The outlier is a cluster of its own, too small to count.
    expect(Array.from(order, (i) => corners[i]).slice(0, 3)).toEqual([0, 1, 2]);
    expect(corners[order[3]!]).not.toBe(3);
  }
});

test('a group that has a label waits', () => {
  const { corners, items, ids, ...rest } = groups(2);
  const free = items.filter((i) => i !== 0);
  const { order } = typicalItems(
    { ...rest, items: free, ids: Array.from(free, idOf), covered: Int32Array.of(0) },
    3,
  );
  expect(Array.from(order, (i) => corners[free[i]!]).slice(0, 2)).toEqual([1, 2]);
});

test('the most typical item of a group has the smallest mean distance to its neighbours', () => {
  const { corners, ...rest } = groups(3);
  const { order, scores } = typicalItems({ ...rest, covered: new Int32Array() }, 4);
  const members = rest.items.filter((i) => corners[i] === 0);
  const at = (i: number) => Array.from(rest.embeddings.values.subarray(4 * i, 4 * i + 4));
  const means = Array.from(
    members,
    (i) => members.reduce((sum, j) => sum + Math.sqrt(squared(at(i), at(j))), 0) / (members.length - 1),
  );
  expect(order[0]).toBe(members[means.indexOf(Math.min(...means))]);
  expect(scores[0]).toBeCloseTo(1 / (Math.min(...means) + 1e-5), 5);
});

test('first scores of typiclust are typicalities among the candidates', () => {
  const candidates = pool(4);
  const scores = scoreCandidates(strategyNamed('typiclust'), candidates);
  candidates.positions.forEach((item, i) => {
    const distances = Array.from(candidates.positions)
      .filter((other) => other !== item)
      .map((other) => Math.sqrt(squared(embeddingOf(candidates, item), embeddingOf(candidates, other))));
    const mean = distances.reduce((a, b) => a + b, 0) / distances.length;
    expect(scores[i]).toBeCloseTo(1 / (mean + 1e-5), 6);
  });
  expect(picksOf(candidates, select('typiclust', candidates, 3))).toHaveLength(3);
});
