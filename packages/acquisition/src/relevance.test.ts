import { createRandom } from '@tangent/compute';
import { KernelPosterior, matrixGram, oneHot } from '@tangent/ntk';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { strategyNamed } from './registry.js';
import { relevanceWeights } from './relevance.js';
import { selectBatch } from './select-batch.js';
import { idOf } from './testing/pools.js';

const dimension = 10;

/** The linear kernel, and 1, of points. */
function gramOf(points: readonly (readonly number[])[]) {
  const n = points.length;
  return matrixGram(
    Float64Array.from({ length: n * n }, (_, at) =>
      points[Math.floor(at / n)]!.reduce((sum, x, t) => sum + x * points[at % n]![t]!, 1),
    ),
    n,
  );
}

/** Unit directions in the plane, by angle in degrees. */
const directions = (...degrees: readonly number[]) => {
  const points = degrees.map((angle) => [
    Math.cos((angle * Math.PI) / 180),
    Math.sin((angle * Math.PI) / 180),
  ]);
  const n = points.length;
  return matrixGram(
    Float64Array.from({ length: n * n }, (_, at) =>
      points[Math.floor(at / n)]!.reduce((sum, x, t) => sum + x * points[at % n]![t]!, 0),
    ),
    n,
  );
};
const of = (...items: readonly number[]) => Int32Array.from(items);

test('without a verdict every weight is 1', () => {
  const weights = relevanceWeights({
    gram: directions(0, 10, 20),
    evaluation: of(0, 1),
    rejected: of(),
    labeled: of(2),
  });
  expect([...weights]).toEqual([1, 1]);
});

test('a verdict lowers what lies nearer to it than to any labeled item, the more the nearer, and nothing else', () => {
  // Rejected at 0°, labeled at 90°.
  const weights = relevanceWeights({
    gram: directions(0, 90, 0, 10, 30, 44, 46, 80, 90),
    evaluation: of(2, 3, 4, 5, 6, 7, 8),
    rejected: of(0),
    labeled: of(1),
  });
  expect(weights[0]).toBeCloseTo(0.5, 12);
  for (let e = 1; e < 4; e++) expect(weights[e]).toBeGreaterThan(weights[e - 1]!);
  expect(weights[3]).toBeLessThan(1);
  expect([...weights.slice(4)]).toEqual([1, 1, 1]);
});

test('verdicts on a cluster multiply, and one takes at most its share', () => {
  const gram = directions(0, 0, 0, 90, 0);
  const after = (numVerdicts: number, perVerdict?: number) =>
    relevanceWeights({
      gram,
      evaluation: of(4),
      rejected: of(0, 1, 2).slice(0, numVerdicts),
      labeled: of(3),
      ...(perVerdict !== undefined && { perVerdict }),
    })[0];
  expect(after(1)).toBeCloseTo(1 / 2, 12);
  expect(after(2)).toBeCloseTo(1 / 4, 12);
  expect(after(3)).toBeCloseTo(1 / 8, 12);
  expect(after(1, 0)).toBe(1);
  expect(after(1, 1)).toBeCloseTo(0, 12);
});

test('a label beside an accidental verdict gives its neighbours their weight back', () => {
  const gram = directions(0, 90, 3, 5);
  const ask = (labeled: Int32Array) =>
    relevanceWeights({ gram, evaluation: of(3), rejected: of(0), labeled })[0]!;
  expect(ask(of(1))).toBeLessThan(0.51);
  expect(ask(of(1, 2))).toBe(1);
});

test('weights lie in [0, 1], also of the rejected, the labeled and the twin of both', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const random = createRandom(seed);
      const points = Array.from({ length: 12 }, () => Array.from({ length: 3 }, () => random.normal()));
      points[1] = points[0]!;
      const weights = relevanceWeights({
        gram: gramOf(points),
        evaluation: Int32Array.from(points.keys()),
        rejected: of(0, 2, 3),
        labeled: of(1, 4),
        perVerdict: random.uniform(),
        sharpness: 0.2 + 3 * random.uniform(),
      });
      expect(weights.every((w) => w >= 0 && w <= 1)).toBe(true);
      expect(weights[0]).toBe(1);
    }),
    { numRuns: 20 },
  );
});

test('a sharper weight spares what is only roughly alike', () => {
  const ask = (sharpness: number) =>
    relevanceWeights({
      gram: directions(0, 90, 30),
      evaluation: of(2),
      rejected: of(0),
      labeled: of(1),
      sharpness,
    })[0]!;
  expect(ask(4)).toBeGreaterThan(ask(1));
});

test('NaN and parameters out of range are refused', () => {
  const base = { evaluation: of(0), rejected: of(1), labeled: of(2) };
  const kernel = Float64Array.of(1, Number.NaN, 0, Number.NaN, 1, 0, 0, 0, 1);
  expect(() => relevanceWeights({ ...base, gram: matrixGram(kernel, 3) })).toThrow(
    /the kernel of the items 0 and 1 is NaN/,
  );
  const gram = directions(0, 1, 2);
  expect(() => relevanceWeights({ ...base, gram, perVerdict: 2 })).toThrow(/perVerdict must lie in/);
  expect(() => relevanceWeights({ ...base, gram, sharpness: 0 })).toThrow(/sharpness must be positive/);
});

/** The tangent kernel of infinitely wide networks with one hidden ReLU layer (Jacot et al. 2018), of points and a 1. */
function tangentGramOf(points: readonly (readonly number[])[]) {
  const n = points.length;
  const { block, diagonal } = gramOf(points);
  const products = block([...points.keys()], [...points.keys()]);
  return matrixGram(
    Float64Array.from({ length: n * n }, (_, at) => {
      const scale = Math.sqrt(diagonal[Math.floor(at / n)]! * diagonal[at % n]!);
      const cosine = Math.max(-1, Math.min(1, products[at]! / scale));
      const angle = Math.acos(cosine);
      const [outer, inner] = [Math.sin(angle) + (Math.PI - angle) * cosine, Math.PI - angle];
      return (scale * outer + products[at]! * inner) / Math.PI;
    }),
    n,
  );
}

/**
 * A pool of three relevant groups and one of junk, every fourth item, that is as coherent. Eight batches of five are
 * picked and answered: a class, or a verdict that the item is not relevant. The share of junk among all but the first
 * two batches.
 */
function shareOfJunk(strategy: string, seed: number, isWeighted: boolean): number {
  const [n, numClasses, batchSize, numBatches] = [160, 3, 5, 8];
  const random = createRandom(seed).fork('junk');
  const groupOf = Array.from({ length: n }, (_, i) => i % 4);
  const points = groupOf.map((g) =>
    Array.from({ length: dimension }, (_, t) => (t === g ? 3 : 0) + 0.5 * random.normal()),
  );
  const gram = tangentGramOf(points);
  const labeled = [0, 1, 2];
  const rejected: number[] = [];
  const drawn: number[] = [];
  for (let batch = 0; batch < numBatches; batch++) {
    const free = Int32Array.from(points.keys()).filter((i) => !labeled.includes(i) && !rejected.includes(i));
    const evaluation = Int32Array.from(points.keys()).filter((i) => !labeled.includes(i));
    const relevance = relevanceWeights({
      gram,
      evaluation,
      rejected: Int32Array.from(isWeighted ? rejected : []),
      labeled: Int32Array.from(labeled),
    });
    const posterior = KernelPosterior.build({
      gram,
      prior: new Float64Array(n * numClasses).fill(1 / numClasses),
      numClasses,
      observations: labeled.map((item) => ({ item, target: oneHot(groupOf[item]!, numClasses) })),
      evaluation,
      relevance,
      tracked: free,
    });
    const candidates = {
      posterior,
      positions: free.map((_, i) => i),
      ids: Array.from(free, idOf),
      random: createRandom(seed),
      relevance,
    };
    for (const i of selectBatch(strategyNamed(strategy), candidates, batchSize).order) {
      const item = free[i]!;
      drawn.push(groupOf[item]!);
      (groupOf[item] === 3 ? rejected : labeled).push(item);
    }
  }
  const later = drawn.slice(2 * batchSize);
  return later.filter((g) => g === 3).length / later.length;
}

// The margin, by which lookahead weights the drop of variance, stays small where no label ever comes: it keeps a part.
test.each([
  ['vtl', 0.4],
  ['lookahead', 0.7],
] as const)('a coherent cluster of junk stops drawing labels after a few verdicts: %s', (strategy, most) => {
  const mean = (isWeighted: boolean) =>
    [0, 1, 2].reduce((sum, seed) => sum + shareOfJunk(strategy, seed, isWeighted), 0) / 3;
  const without = mean(false);
  expect(without).toBeGreaterThan(0.5);
  expect(mean(true)).toBeLessThan(most * without);
});
