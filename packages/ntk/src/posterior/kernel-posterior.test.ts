import { cholesky, choleskySolve, chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { gradientFactors } from '../gradient-factors.js';
import { exactGram } from '../gram.js';
import { layerWeights } from '../layer-weights.js';
import { argmaxes, oneHot } from '../probabilities.js';
import { normals, randomNetwork, randomProblem } from '../testing/examples.js';
import { whatIfAt } from '../what-if.js';
import { KernelPosterior, type KernelPosteriorOptions, kernelRegression } from './kernel-posterior.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const tight = { rtol: 1e-9, atol: 1e-10 };
const seeds = fc.integer({ min: 0, max: 1e6 });
const law = (body: (seed: number) => void) => fc.assert(fc.property(seeds, body), { numRuns: 30 });

/** m and c by the textbook formula, with a ridge that is given: nothing shared with the code under test but the solver. */
function fullSolve(
  { kernel, n, prior, numClasses: k, observations }: ReturnType<typeof randomProblem>,
  ridge: number,
) {
  const items = observations.map((o) => o.item);
  const L = items.length;
  const kLL = Float64Array.from(
    { length: L * L },
    (_, i) => kernel[items[Math.floor(i / L)]! * n + items[i % L]!]! + (i % (L + 1) === 0 ? ridge : 0),
  );
  const factor = cholesky(kLL, L);
  const kLX = Float64Array.from(
    { length: L * n },
    (_, i) => kernel[items[Math.floor(i / n)]! * n + (i % n)]!,
  );
  const solved = choleskySolve(factor, kLX, n);
  const covariance = kernel.slice();
  const mean = Float64Array.from(prior);
  for (let x = 0; x < n; x++) {
    for (let y = 0; y < n; y++)
      for (let l = 0; l < L; l++) covariance[x * n + y]! -= kLX[l * n + x]! * solved[l * n + y]!;
    for (let l = 0; l < L; l++)
      for (let j = 0; j < k; j++)
        mean[x * k + j]! += solved[l * n + x]! * (observations[l]!.target[j]! - prior[items[l]! * k + j]!);
  }
  return { mean, covariance, variance: Float64Array.from({ length: n }, (_, i) => covariance[i * n + i]!) };
}

const unlabeledOf = (problem: ReturnType<typeof randomProblem>) => {
  const labeled = new Set(problem.observations.map((o) => o.item));
  return Array.from({ length: problem.n }, (_, i) => i).filter((i) => !labeled.has(i));
};

test('means and covariances are those of the full solve', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const posterior = KernelPosterior.build(problem);
    const wanted = fullSolve(problem, posterior.ridge);
    expectClose(posterior.mean, wanted.mean, tight);
    expectClose(posterior.variance, wanted.variance, { rtol: 1e-8, atol: 1e-9 });
    for (const t of [0, 5]) {
      expectClose(
        posterior.covarianceColumn(t),
        wanted.covariance.slice(t * problem.n, (t + 1) * problem.n),
        { rtol: 1e-8, atol: 1e-9 },
      );
      expectClose(
        posterior.evaluationCovariance(t),
        Array.from(problem.evaluation, (e) => wanted.covariance[t * problem.n + e]!),
        { rtol: 1e-8, atol: 1e-9 },
      );
    }
    expect(posterior.jitter).toBe(0);
  });
});

test('a label added by the rank-one update gives what a full re-solve with it gives', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const posterior = KernelPosterior.build(problem);
    const added = unlabeledOf(problem)
      .slice(0, 4)
      .map((item, i) => ({ item, target: oneHot(i % 3, 3) }));
    for (const { item, target } of added) posterior.observe(item, target);
    const wanted = fullSolve(
      { ...problem, observations: [...problem.observations, ...added] },
      posterior.ridge,
    );
    expectClose(posterior.mean, wanted.mean, tight);
    expectClose(posterior.variance, wanted.variance, { rtol: 1e-7, atol: 1e-9 });
    expectClose(posterior.covarianceColumn(3), wanted.covariance.slice(3 * problem.n, 4 * problem.n), {
      rtol: 1e-7,
      atol: 1e-9,
    });
    expectClose(
      posterior.evaluationMean,
      Array.from(problem.evaluation, (e) => [...wanted.mean.slice(3 * e, 3 * e + 3)]).flat(),
      tight,
    );
  });
});

test('an undone label restores the state, also one that was there from the start', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const before = KernelPosterior.build(problem);
    const posterior = KernelPosterior.build(problem);
    const [item] = unlabeledOf(problem);
    posterior.observe(item!, oneHot(1, 3));
    posterior.forget(item!);
    expectClose(posterior.mean, before.mean, { rtol: 1e-8, atol: 1e-9 });
    expectClose(posterior.reduction(), before.reduction(), { rtol: 1e-6, atol: 1e-9 });

    const [first, ...others] = problem.observations;
    posterior.forget(first!.item);
    const wanted = fullSolve({ ...problem, observations: others }, posterior.ridge);
    expectClose(posterior.mean, wanted.mean, { rtol: 1e-6, atol: 1e-7 });
    expectClose(posterior.variance, wanted.variance, { rtol: 1e-6, atol: 1e-7 });
  });
});

test.each([1e-1, 1e-2, 1e-3])(
  'undoing first labels is exact on float32 Grams too, at a ridge of %s of the diagonal',
  (ridgeRelative) => {
    const [n, k] = [120, 5];
    const random = createRandom(3);
    const factors = gradientFactors(randomNetwork([20, 32, k], 3), normals(random, n * 20), n, {
      type: 'trace',
    });
    const gram = exactGram(factors, layerWeights(factors, true).weights);
    const pool = { gram, prior: factors.outputs, numClasses: k, evaluation: random.sample(n, 30) };
    const labels = Array.from({ length: 40 }, (_, item) => ({ item, target: oneHot(item % k, k) }));
    const posterior = KernelPosterior.build({ ...pool, observations: labels, ridgeRelative });
    const undone = [3, 17, 31];
    for (const item of undone) posterior.forget(item);
    const observations = labels.filter(({ item }) => !undone.includes(item));
    // The same λ, whatever the mean diagonal of the labels that are left.
    const meanDiagonal =
      observations.reduce((sum, { item }) => sum + gram.diagonal[item]!, 0) / observations.length;
    const wanted = KernelPosterior.build({
      ...pool,
      observations,
      ridgeRelative: posterior.ridge / meanDiagonal,
    });
    expectClose(posterior.mean.subarray(40 * k), wanted.mean.subarray(40 * k), { rtol: 0, atol: 1e-8 });
    const atol = 1e-8 * meanDiagonal;
    expectClose(posterior.variance.subarray(40), wanted.variance.subarray(40), { rtol: 0, atol });
  },
);

test('the order of labels does not matter', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const labels = unlabeledOf(problem)
      .slice(0, 5)
      .map((item, i) => [item, oneHot(i % 3, 3)] as const);
    const [there, back] = [KernelPosterior.build(problem), KernelPosterior.build(problem)];
    for (const [item, target] of labels) there.observe(item, target);
    for (const [item, target] of labels.toReversed()) back.observe(item, target);
    expectClose(there.mean, back.mean, tight);
    expectClose(there.reduction(), back.reduction(), { rtol: 1e-7, atol: 1e-10 });
  });
});

test('refactorising changes nothing but rounding', () => {
  const problem = randomProblem(4);
  const posterior = KernelPosterior.build(problem);
  for (const item of unlabeledOf(problem).slice(0, 6)) posterior.observe(item, oneHot(0, 3));
  const anew = posterior.refactorised();
  expect(anew.numUpdates).toBe(0);
  // The ridge stays relative to the labels that are there now, so it is compared at the same one.
  expectClose(
    anew.mean,
    fullSolve(
      { ...problem, observations: [...posterior.observations].map(([item, target]) => ({ item, target })) },
      anew.ridge,
    ).mean,
    tight,
  );
});

test('n/(q + λ) is exactly how much a label lowers the variance over E', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const posterior = KernelPosterior.build(problem);
    const total = (p: KernelPosterior) => problem.evaluation.reduce((sum, e) => sum + p.variance[e]!, 0);
    const [item] = unlabeledOf(problem);
    const promised = posterior.reduction()[item!]! / (posterior.variance[item!]! + posterior.ridge);
    const before = total(posterior);
    posterior.assume(item!);
    expectClose([before - total(posterior)], [promised], { rtol: 1e-7, atol: 1e-9 });
  });
});

test('both reductions are the sums over E that they stand for, weighted by relevance', () => {
  const problem = randomProblem(8);
  const relevance = Float64Array.from(problem.evaluation, (_, e) => (e % 3) / 2);
  const weighted: KernelPosteriorOptions = { ...problem, relevance };
  const posterior = KernelPosterior.build(weighted);
  const sums = (f: (c: number) => number) =>
    Array.from({ length: problem.n }, (_, t) =>
      posterior.evaluationCovariance(t).reduce((sum, c, e) => sum + relevance[e]! * f(c), 0),
    );
  expectClose(
    posterior.reduction(),
    sums((c) => c * c),
    tight,
  );
  expectClose(posterior.absoluteReduction(), sums(Math.abs), tight);
});

test('an assumed label without a target moves no mean; with one it moves them like the label', () => {
  const problem = randomProblem(9);
  const [item] = unlabeledOf(problem);
  const [blind, told, labeled] = [
    KernelPosterior.build(problem),
    KernelPosterior.build(problem),
    KernelPosterior.build(problem),
  ];
  const mean = blind.mean.slice();
  blind.assume(item!);
  expect(blind.mean).toEqual(mean);
  told.assume(item!, oneHot(2, 3));
  labeled.observe(item!, oneHot(2, 3));
  expectClose(told.mean, labeled.mean, tight);
  expectClose(blind.variance, labeled.variance, tight);
  expect(told.observations.has(item!)).toBe(false);
});

test('a restricted state goes on like the whole one, without touching it', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const whole = KernelPosterior.build(problem);
    const positions = Int32Array.from(unlabeledOf(problem).slice(0, 7));
    whole.observe(unlabeledOf(problem)[9]!, oneHot(0, 3));
    const part = whole.restrict(positions);
    const untouched = whole.mean.slice();
    part.observe(2, oneHot(1, 3));
    expect(whole.mean).toEqual(untouched);
    whole.observe(positions[2]!, oneHot(1, 3));
    expectClose(
      part.variance,
      Array.from(positions, (t) => whole.variance[t]!),
      { rtol: 1e-8, atol: 1e-10 },
    );
    expectClose(
      part.reduction(),
      Array.from(positions, (t) => whole.reduction()[t]!),
      { rtol: 1e-7, atol: 1e-10 },
    );
    expectClose(
      part.mean,
      Array.from(positions, (t) => [...whole.mean.slice(3 * t, 3 * t + 3)]).flat(),
      tight,
    );
  });
});

test('what-if tells what the label would do, and does nothing', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const posterior = KernelPosterior.build(problem);
    const [item] = unlabeledOf(problem);
    const mean = posterior.mean.slice();
    const { classes } = whatIfAt(posterior, item!, { numMostChanged: 4 });
    expect(posterior.mean).toEqual(mean);
    for (const { classIndex, numFlips, meanChange, mostChanged } of classes) {
      const labeled = KernelPosterior.build(problem);
      labeled.observe(item!, oneHot(classIndex, 3));
      const [before, after] = [argmaxes(mean, 3), argmaxes(labeled.mean, 3)];
      const others = Array.from({ length: problem.n }, (_, t) => t).filter((t) => t !== item);
      expect(numFlips).toBe(others.filter((t) => before[t] !== after[t]).length);
      const changes = others.map((t) =>
        Math.hypot(...[0, 1, 2].map((j) => labeled.mean[3 * t + j]! - mean[3 * t + j]!)),
      );
      expectClose([meanChange], [changes.reduce((a, b) => a + b, 0) / changes.length], {
        rtol: 1e-7,
        atol: 1e-10,
      });
      expect(mostChanged.length).toBe(4);
      const residual = oneHot(classIndex, 3).map((y, j) => y - mean[3 * item! + j]!);
      const change = posterior.lookAt(item!).trackedChange(residual);
      expectClose(
        change.map((c, i) => mean[i]! + c),
        labeled.mean,
        tight,
      );
    }
  });
});

test('the nearest labeled items come by the cosine of the kernel', () => {
  const problem = randomProblem(12);
  const posterior = KernelPosterior.build(problem);
  const [item] = unlabeledOf(problem);
  const cosine = (other: number) =>
    problem.kernel[item! * problem.n + other]! /
    Math.sqrt(problem.kernel[item! * (problem.n + 1)]! * problem.kernel[other * (problem.n + 1)]!);
  const wanted = problem.observations.map((o) => o.item).sort((a, b) => cosine(b) - cosine(a));
  const found = posterior.nearestLabeled(item!, 3);
  expect(found.map((f) => f.item)).toEqual(wanted.slice(0, 3));
  expectClose(
    found.map((f) => f.similarity),
    wanted.slice(0, 3).map(cosine),
    tight,
  );
});

test('kernel regression reports its jitter, and solves', () => {
  const k = Float64Array.of(2, 1, 1, 2);
  const { weights, jitter } = kernelRegression(k, Float64Array.of(1, 0), 1, 1);
  expectClose(weights, [3 / 8, -1 / 8], { rtol: 1e-12, atol: 0 });
  expect(jitter).toBe(0);
});

test('what cannot be done is said', () => {
  const problem = randomProblem(2);
  const posterior = KernelPosterior.build(problem);
  const labeled = problem.observations[0]!.item;
  expect(() => posterior.observe(labeled, oneHot(0, 3))).toThrow(/has a label already/);
  expect(() => posterior.forget(unlabeledOf(problem)[0]!)).toThrow(/no label to forget/);
  expect(() => posterior.observe(unlabeledOf(problem)[0]!, new Float64Array(2))).toThrow(
    /2 numbers for 3 classes/,
  );
  expect(() => KernelPosterior.build({ ...problem, observations: [] })).toThrow(/at least one labeled item/);
  const single = KernelPosterior.build({ ...problem, observations: problem.observations.slice(0, 1) });
  expect(() => single.forget(labeled)).toThrow(/only label/);
});
