import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test, vi } from 'vitest';
import { featureGram, matrixGram } from '../gram.js';
import { oneHot } from '../probabilities.js';
import { randomProblem } from '../testing/examples.js';
import { matrixBlockGram, timesIdentity } from '../testing/posterior-examples.js';
import { BlockPosterior } from './block-posterior.js';
import type { FeaturePosteriorOptions } from './feature-options.js';
import { FeaturePosterior } from './feature-posterior.js';
import { FeatureRows } from './feature-table.js';
import { KernelPosterior } from './kernel-posterior.js';
import type { Posterior } from './posterior.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

/** A pool of n items with d features of unequal weight, ten labels. */
function featureProblem(
  seed: number,
  n: number,
  d: number,
): FeaturePosteriorOptions & { readonly n: number } {
  const random = createRandom(seed).fork('features');
  const k = 4;
  return {
    n,
    features: Float32Array.from({ length: n * d }, (_, i) => random.normal() / (1 + (i % d) / 8)),
    dimension: d,
    prior: Float32Array.from({ length: n * k }, () => 0.2 * random.normal()),
    numClasses: k,
    observations: Array.from({ length: 10 }, (_, l) => ({ item: 7 * l, target: oneHot(l % k, k) })),
    evaluation: 'pool',
  };
}

function expectSame(one: Posterior, other: Posterior, relative: number): void {
  const close = (a: Float64Array, b: Float64Array) =>
    expectClose(a, b, {
      rtol: 0,
      atol: relative * b.reduce((most, value) => Math.max(most, Math.abs(value)), 0),
    });
  close(one.mean, other.mean);
  close(one.evaluationMean, other.evaluationMean);
  close(one.variance, other.variance);
  close(one.varianceDrops(), other.varianceDrops());
}

test('feature space and kernel space are the same posterior on K = ΦΦᵀ', () => {
  const problem = featureProblem(1, 120, 16);
  const evaluation = Int32Array.from({ length: 30 }, (_, e) => 4 * e);
  const inFeatures = FeaturePosterior.build({ ...problem, evaluation });
  // The Gram of float32 products: equal to what float32 can tell.
  const gram = featureGram(problem.features as Float32Array, problem.dimension);
  const inKernel = KernelPosterior.build({ ...problem, gram, evaluation });
  expectClose([inFeatures.ridge], [inKernel.ridge], { rtol: 1e-12, atol: 0 });
  for (const posterior of [inFeatures, inKernel]) {
    posterior.observe(5, oneHot(1, 4));
    posterior.observe(50, oneHot(2, 4));
    posterior.forget(14);
    posterior.assume(90, oneHot(0, 4));
  }
  expectSame(inFeatures, inKernel, 1e-4);
  const residuals = Float64Array.from({ length: 480 }, (_, i) => Math.sin(i));
  for (const norm of ['l1', 'l2'] as const)
    expectClose(inFeatures.outputChanges(residuals, norm), inKernel.outputChanges(residuals, norm), {
      rtol: 1e-3,
      atol: 1e-5,
    });
});

test('blocks K ⊗ I are the scalar posterior of K', () => {
  const problem = randomProblem(6);
  const { n, numClasses: k, kernel } = problem;
  const scalar = KernelPosterior.build({ ...problem, gram: matrixGram(kernel, n) });
  const blocks = BlockPosterior.build({
    ...problem,
    gram: matrixBlockGram(timesIdentity(kernel, n, k), n, k),
  });
  const free = Array.from({ length: n }, (_, t) => t).filter((t) => !scalar.observations.has(t));
  for (const posterior of [scalar, blocks]) {
    posterior.observe(free[0]!, oneHot(1, k));
    posterior.forget(problem.observations[0]!.item);
  }
  expectSame(blocks, scalar, 1e-9);
  const residuals = Float64Array.from({ length: n * k }, (_, i) => Math.cos(i));
  for (const norm of ['l1', 'l2'] as const)
    expectClose(blocks.outputChanges(residuals, norm), scalar.outputChanges(residuals, norm), {
      rtol: 1e-8,
      atol: 1e-10,
    });
});

test('passes in float32 stay by the exact state over hundreds of updates', () => {
  const problem = featureProblem(2, 1_500, 24);
  const fast = FeaturePosterior.build({ ...problem, precision: 'float32', refreshEvery: 50 });
  const exact = FeaturePosterior.build({ ...problem, precision: 'float64' });
  for (let i = 0; i < 300; i++)
    for (const posterior of [fast, exact]) {
      posterior.observe(100 + 3 * i, oneHot(i % 4, 4));
      if (i % 5 === 4) posterior.forget(97 + 3 * i);
    }
  expectSame(fast, exact, 1e-6);
  const anew = FeaturePosterior.build({
    ...problem,
    observations: [...exact.observations].map(([item, target]) => ({ item, target })),
    ridge: exact.ridge,
  });
  expectSame(exact, anew, 1e-9);
  expect(exact.drift).toBeGreaterThan(0);
  expect(exact.drift).toBeLessThan(1e-10);
  expect(exact.needsRefactorising).toBe(false);
});

test('a part and its whole share their matrices until one goes on, and do not see what the other does', () => {
  const problem = featureProblem(3, 400, 16);
  const build = () => FeaturePosterior.build({ ...problem, precision: 'float64' });
  const whole = build();
  whole.observe(50, oneHot(1, 4));
  const positions = Int32Array.from({ length: 40 }, (_, i) => 100 + i);
  const part = whole.restrict(positions);
  const other = whole.copy();
  // More than wait at most, of which the first are known from one product and the others are not.
  for (let i = 0; i < 80; i++) part.assume(i % 40, oneHot(i % 4, 4));
  for (let i = 0; i < 70; i++) other.observe(200 + i, oneHot(i % 4, 4));
  other.settle();
  const same = build();
  same.observe(50, oneHot(1, 4));
  same.settle();
  expectSame(whole, same, 1e-12);
  for (let i = 0; i < 80; i++) same.assume(100 + (i % 40), oneHot(i % 4, 4));
  expectSame(part, same.restrict(positions), 1e-9);
  const alone = build();
  alone.observe(50, oneHot(1, 4));
  for (let i = 0; i < 70; i++) alone.observe(200 + i, oneHot(i % 4, 4));
  expectSame(other, alone, 1e-9);
});

test('what is settled ahead for likely items changes nothing but when it is computed', () => {
  const problem = featureProblem(3, 400, 16);
  const [ahead, plain] = [0, 1].map(() => FeaturePosterior.build({ ...problem, precision: 'float64' }));
  const positions = Int32Array.from({ length: 40 }, (_, i) => 100 + i);
  const picked = [ahead!, plain!].map((posterior) => {
    for (let i = 0; i < 5; i++) {
      posterior.observe(50 + i, oneHot(i % 4, 4));
      // Some of the part, some others, one of them twice; each time the last ones are forgotten.
      posterior.settle(posterior === ahead ? Int32Array.of(100 + i, 60, 61, 60) : undefined);
    }
    posterior.observe(60, oneHot(1, 4));
    const part = posterior.restrict(positions);
    for (let i = 0; i < 6; i++) part.assume(i, oneHot(i % 4, 4));
    posterior.observe(61, oneHot(2, 4));
    return part;
  });
  expectSame(ahead!, plain!, 1e-12);
  expectSame(picked[0]!, picked[1]!, 1e-12);
  expectClose([ahead!.totalVariance()], [plain!.totalVariance()], { rtol: 1e-12, atol: 0 });
});

test('what a released part shared is written without a copy, and the part is not asked again', () => {
  const problem = featureProblem(3, 400, 16);
  const [whole, same] = [0, 1].map(() => FeaturePosterior.build({ ...problem, precision: 'float64' }));
  const part = whole!.restrict(Int32Array.of(100, 101));
  const kept = whole!.copy();
  const before = kept.totalVariance();
  part.assume(0);
  part.release();
  part.release();
  expect(() => part.assume(1)).toThrow(/after it was released/);
  for (const posterior of [whole!, same!]) {
    posterior.observe(50, oneHot(1, 4));
    posterior.settle();
  }
  expectSame(whole!, same!, 1e-12);
  // One that was not released still reads what it read.
  expect(kept.totalVariance()).toBe(before);
});

test('a first pass in float32 is the exact one to its rounding, also over a part of the pool, and settles to it', () => {
  const problem = featureProblem(8, 1_500, 24);
  const parts = [
    {},
    // Most of the pool is read in place, and a small part from a copy.
    { tracked: Int32Array.from({ length: 1_100 }, (_, i) => 1_499 - i) },
    { tracked: Int32Array.from({ length: 90 }, (_, i) => 1_499 - 3 * i) },
  ];
  for (const part of parts) {
    const build = (mostExactBuild: number) =>
      FeaturePosterior.build({ ...problem, ...part, precision: 'float32', refreshEvery: 1, mostExactBuild });
    const exact = FeaturePosterior.build({ ...problem, ...part, precision: 'float64' });
    expect(build(2 ** 27).variance).toEqual(exact.variance);
    const estimated = build(0);
    expect(estimated.variance).not.toEqual(exact.variance);
    expectSame(estimated, exact, 2e-6);
    for (const posterior of [estimated, exact]) {
      posterior.observe(3, oneHot(1, 4));
      posterior.settle();
    }
    expectSame(estimated, exact, 1e-12);
  }
});

test('a first pass in float32 names the item whose features are not finite', () => {
  const problem = featureProblem(8, 100, 8);
  const features = (problem.features as Float32Array).slice();
  features[50 * 8 + 3] = Number.NaN;
  const evaluation = Int32Array.of(1, 2, 3);
  expect(() =>
    FeaturePosterior.build({ ...problem, features, evaluation, precision: 'float32', mostExactBuild: 0 }),
  ).toThrow('feature 3 of item 50 is NaN; features must be finite');
});

test('what waits for settling is settled at once as well as pass by pass, round and round the pool', () => {
  const problem = featureProblem(6, 210, 16);
  const build = () => FeaturePosterior.build({ ...problem, precision: 'float32', refreshEvery: 10 });
  const exact = FeaturePosterior.build({ ...problem, precision: 'float64' });
  const [often, once] = [build(), build()];
  // 21 rows a pass: the first call ends at row 147, the second goes on to the end and from the start to row 84.
  for (let i = 0; i < 14; i++) {
    for (const posterior of [exact, often, once]) posterior.observe(100 + i, oneHot(i % 4, 4));
    often.settle();
    if (i % 7 === 6) once.settle();
  }
  expectSame(often, exact, 1e-4);
  expectSame(once, exact, 1e-4);
  const isExact = (posterior: FeaturePosterior, row: number) =>
    Math.abs(posterior.variance[row]! - exact.variance[row]!) <= 1e-11;
  const rows = Array.from({ length: 210 }, (_, row) => row);
  // The second call’s rows know all labels by now, and no other row does exactly.
  expect(rows.filter((row) => (row >= 147 || row < 84) && !isExact(once, row))).toEqual([]);
  expect(rows.filter((row) => row >= 84 && row < 147 && isExact(once, row)).length).toBeLessThan(20);
  for (let i = 0; i < 3; i++) once.assume(200 + i);
  once.settle();
  for (let i = 0; i < 3; i++) exact.assume(200 + i);
  expect(rows.filter((row) => row >= 84 && row < 147 && !isExact(once, row))).toEqual([]);
});

test('looking ahead makes a pass over the features of a side once, whatever number of residuals is tried', () => {
  const posterior = FeaturePosterior.build(featureProblem(7, 100, 8));
  const passes = vi.spyOn(FeatureRows.prototype, 'times');
  try {
    const look = posterior.lookAt(3);
    for (const change of [look.trackedChange, look.evaluationChange]) {
      passes.mockClear();
      const [one, two] = [change(Float64Array.of(1, 0, 0, 2)), change(Float64Array.of(2, 0, 0, 4))];
      expect(passes).toHaveBeenCalledTimes(1);
      expectClose(
        two,
        one.map((c) => 2 * c),
        { rtol: 1e-12, atol: 0 },
      );
    }
  } finally {
    passes.mockRestore();
  }
});

test('in float32 most of a pool is updated without a copy of its features, like a small part with one', () => {
  const problem = featureProblem(3, 400, 16);
  const whole = FeaturePosterior.build({ ...problem, precision: 'float32' });
  const most = whole.restrict(Int32Array.from({ length: 300 }, (_, i) => 399 - i));
  const few = whole.restrict(Int32Array.from({ length: 20 }, (_, i) => 399 - i));
  most.observe(11, oneHot(2, 4));
  few.observe(11, oneHot(2, 4));
  whole.observe(388, oneHot(2, 4));
  for (const part of [most, few]) {
    const at = Array.from(part.tracked);
    expectClose(
      part.variance,
      at.map((item) => whole.variance[item]!),
      { rtol: 1e-5, atol: 1e-8 },
    );
    expectClose(
      part.reduction(),
      at.map((item) => whole.reduction()[item]!),
      { rtol: 1e-5, atol: 1e-6 },
    );
    const means = at.flatMap((item) => [...whole.mean.slice(4 * item, 4 * item + 4)]);
    expectClose(part.mean, means, { rtol: 1e-5, atol: 1e-6 });
  }
});

test('the L1 change over a whole pool is refused, with the ways out', () => {
  const posterior = FeaturePosterior.build(featureProblem(4, 100, 8));
  expect(() => posterior.outputChanges(new Float64Array(400), 'l1')).toThrow(
    /random subset of items as `evaluation`, or use the norm l2/,
  );
});

test('blocks of unequal size are refused', () => {
  const problem = featureProblem(5, 100, 8);
  const features = [new Float32Array(80), new Float32Array(72), new Float32Array(80)];
  expect(() => FeaturePosterior.build({ ...problem, features })).toThrow(
    'block 1 of the features holds 72 numbers: 9 items of 8; all blocks must hold 10 items, and the last at most so many',
  );
});

/** Builds that need jitter, by form, each on the same three labels of a pool of four. */
const jittered: Readonly<Record<string, (ridge?: number) => Posterior>> = {
  'kernel space': (ridge) =>
    KernelPosterior.build({ ...fourItems(ridge), gram: matrixGram(indefinite(), 4) }),
  blocks: (ridge) =>
    BlockPosterior.build({
      ...fourItems(ridge),
      gram: matrixBlockGram(timesIdentity(indefinite(), 4, 2), 4, 2),
    }),
  // Two features that are the same: a pivot of exactly 0.
  'feature space': (ridge) =>
    FeaturePosterior.build({
      ...fourItems(ridge),
      observations: fourItems().observations.slice(0, 1),
      ridgeRelative: 1e-20,
      features: Float32Array.of(2, 2, 1, 3, 2, -1, 1, 1),
      dimension: 2,
    }),
};

function fourItems(ridge?: number) {
  return {
    prior: Float64Array.of(0.1, 0.9, 0.5, 0.4, 0.3, 0.2, 0.6, 0.1),
    numClasses: 2,
    observations: [0, 1, 2].map((item) => ({ item, target: oneHot(item % 2, 2) })),
    evaluation: Int32Array.of(1, 3),
    ridgeRelative: 1e-12,
    ...(ridge === undefined ? {} : { ridge }),
  };
}

/** 11ᵀ with less than 1 on the diagonal, so that its least eigenvalues are −3e-9; the last item is like no other. */
function indefinite(): Float64Array {
  return Float64Array.from({ length: 16 }, (_, i) => {
    const [row, column] = [Math.floor(i / 4), i % 4];
    if (row === column) return 1 - 3e-9;
    return row === 3 || column === 3 ? 0.25 : 1;
  });
}

test.each(Object.keys(jittered))('in %s the ridge holds the jitter, in updates too', (form) => {
  const posterior = jittered[form]!();
  expect(posterior.jitter).toBeGreaterThan(0);
  expect(posterior.ridge).toBeGreaterThan(posterior.jitter);
  const wanted = jittered[form]!(posterior.ridge);
  expect([wanted.jitter, wanted.ridge]).toEqual([0, posterior.ridge]);
  expectSame(posterior, wanted, 1e-6);
  for (const state of [posterior, wanted]) state.observe(3, oneHot(1, 2));
  expectSame(posterior, wanted, 1e-6);
  // So small a λ leaves an update few digits, but says whether it is the right one.
  expectSame(posterior, posterior.refactorised(), 1e-3);
});
