import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { beforeAll, expect, test } from 'vitest';
import { gradientFactors } from '../gradient-factors.js';
import { exactGram } from '../gram.js';
import { layerWeights } from '../layer-weights.js';
import { argmaxes, oneHot } from '../probabilities.js';
import { normals, randomNetwork, randomProblem } from '../testing/examples.js';
import { fullSolve } from '../testing/full-solve.js';
import { whatIfAt } from '../what-if.js';
import { KernelPosterior, type KernelPosteriorOptions } from './kernel-posterior.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const tight = { rtol: 1e-9, atol: 1e-10 };
const seeds = fc.integer({ min: 0, max: 1e6 });
const law = (body: (seed: number) => void) => fc.assert(fc.property(seeds, body), { numRuns: 30 });

const unlabeledOf = (problem: ReturnType<typeof randomProblem>) => {
  const labeled = new Set(problem.observations.map((o) => o.item));
  return Array.from({ length: problem.n }, (_, i) => i).filter((i) => !labeled.has(i));
};

test('columns and rows of the covariance are those of the full solve', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const { n, kernel } = problem;
    const posterior = KernelPosterior.build(problem);
    const [label] = unlabeledOf(problem);
    posterior.observe(label!, oneHot(1, 3));
    // The covariance knows nothing of targets: one output will do.
    const observations = [...posterior.observations.keys()].map((item) => ({
      item,
      target: new Float64Array(1),
    }));
    const { covariance } = fullSolve(kernel, new Float64Array(n), observations, posterior.ridge);
    const close = { rtol: 1e-7, atol: 1e-9 };
    for (const t of [0, 5, label!]) {
      const row = covariance.slice(t * n, (t + 1) * n);
      expectClose(posterior.covarianceColumn(t), row, close);
      expectClose(
        posterior.evaluationCovariance(t),
        Array.from(problem.evaluation, (e) => row[e]!),
        close,
      );
    }
    expect(posterior.jitter).toBe(0);
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
    const meanDiagonal =
      observations.reduce((sum, { item }) => sum + gram.diagonal[item]!, 0) / observations.length;
    const wanted = KernelPosterior.build({
      ...pool,
      observations,
      ridge: posterior.ridge,
    });
    expectClose(posterior.mean.subarray(40 * k), wanted.mean.subarray(40 * k), { rtol: 0, atol: 1e-8 });
    const atol = 1e-8 * meanDiagonal;
    expectClose(posterior.variance.subarray(40), wanted.variance.subarray(40), { rtol: 0, atol });
  },
);

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

test('what-if tells what the label would do, and does nothing', () => {
  law((seed) => {
    const problem = randomProblem(seed);
    const posterior = KernelPosterior.build(problem);
    const [item] = unlabeledOf(problem);
    const mean = posterior.mean.slice();
    const classes = whatIfAt(posterior, item!, { numMostChanged: 4 });
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
