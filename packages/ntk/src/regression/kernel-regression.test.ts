import { chooseEngine, createRandom, matmul64 } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { gradientFlow, kernelRegression } from './kernel-regression.js';
import { bestOf, chooseRidge, type RidgeScore } from './ridge-choice.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [n, k] = [20, 2];
const random = createRandom('regression');
const root = Float64Array.from({ length: n * 30 }, () => random.normal() / 5);
const kernel = matmul64(root, root, { m: n, k: 30, n, transposeB: true });
const targets = Float64Array.from({ length: n * k }, () => random.normal());

const without = (i: number) => Array.from({ length: n }, (_, j) => j).filter((j) => j !== i);

test('kernel regression solves, and reports its jitter', () => {
  const { weights, jitter } = kernelRegression(Float64Array.of(2, 1, 1, 2), Float64Array.of(1, 0), 1, 1);
  expectClose(weights, [3 / 8, -1 / 8], { rtol: 1e-12, atol: 0 });
  expect(jitter).toBe(0);
});

test('gradient flow at a finite time is what many small steps of gradient descent come to', () => {
  const time = 1.5;
  const steps = 20_000;
  const f = new Float64Array(n * k);
  const weights = new Float64Array(n * k);
  for (let s = 0; s < steps; s++) {
    for (let i = 0; i < n * k; i++) weights[i]! += (time / steps) * (targets[i]! - f[i]!);
    f.set(matmul64(kernel, weights, { m: n, k: n, n: k }));
  }
  expectClose(gradientFlow(kernel, targets, k).weightsAt(time), weights, { rtol: 0, atol: 1e-3 });
});

test('gradient flow without end interpolates, and at no time has learned nothing', () => {
  const flow = gradientFlow(kernel, targets, k);
  const fitted = matmul64(kernel, flow.weightsAt(Number.POSITIVE_INFINITY), { m: n, k: n, n: k });
  expectClose(fitted, targets, { rtol: 1e-8, atol: 1e-8 });
  expectClose(flow.weightsAt(1e9), flow.weightsAt(Number.POSITIVE_INFINITY), { rtol: 1e-6, atol: 1e-8 });
  expectClose(flow.weightsAt(0), new Float64Array(n * k), { rtol: 0, atol: 0 });
  expect(() => flow.weightsAt(-1)).toThrow('the time of a gradient flow is -1; it must be 0 or more');
});

test('gradient flow leaves directions alone that a singular kernel does not have', () => {
  const flow = gradientFlow(Float64Array.of(1, 1, 1, 1), Float64Array.of(3, 1), 1);
  expectClose(flow.weightsAt(Number.POSITIVE_INFINITY), [1, 1], { rtol: 1e-12, atol: 1e-12 });
  // Such a direction has α = t · r: it moves no output.
  expectClose(flow.weightsAt(2), [1 - Math.exp(-4) + 2, 1 - Math.exp(-4) - 2], { rtol: 1e-9, atol: 1e-9 });
});

test('leave-one-out and GCV of a grid are what refits and the hat matrix give', () => {
  const ridgesRelative = [1e-3, 1e-1, 1];
  const { curve } = chooseRidge(kernel, targets, k, { ridgesRelative });
  for (const { ridge, leaveOneOut, gcv, effectiveDimension, jitter } of curve) {
    let loo = 0;
    for (let i = 0; i < n; i++) {
      const rest = without(i);
      const kLL = Float64Array.from(rest.flatMap((a) => rest.map((b) => kernel[a * n + b]!)));
      const yL = Float64Array.from(rest.flatMap((a) => [...targets.subarray(a * k, (a + 1) * k)]));
      const { weights } = kernelRegression(kLL, yL, k, ridge);
      for (let j = 0; j < k; j++) {
        const predicted = rest.reduce((sum, a, l) => sum + kernel[i * n + a]! * weights[l * k + j]!, 0);
        loo += (targets[i * k + j]! - predicted) ** 2;
      }
    }
    expectClose([leaveOneOut!], [loo / n], { rtol: 1e-8, atol: 0 });
    const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
    const hat = matmul64(kernel, kernelRegression(kernel, identity, n, ridge).weights, { m: n, k: n, n });
    const fitted = matmul64(hat, targets, { m: n, k: n, n: k });
    const trace = Array.from({ length: n }, (_, i) => hat[i * (n + 1)]!).reduce((a, b) => a + b, 0);
    const squares = targets.reduce((sum, y, i) => sum + (y - fitted[i]!) ** 2, 0);
    expectClose([effectiveDimension], [trace], { rtol: 1e-9, atol: 1e-9 });
    expectClose([gcv], [squares / n / (1 - trace / n) ** 2], { rtol: 1e-7, atol: 0 });
    expect(jitter).toBe(0);
  }
});

test('the ridge that is chosen is the least of its curve, and follows the noise', () => {
  const size = 80;
  const draws = createRandom('noise');
  const features = Float64Array.from({ length: size * 10 }, () => draws.normal());
  const w = Float64Array.from({ length: 10 }, () => draws.normal());
  const K = matmul64(features, features, { m: size, k: 10, n: size, transposeB: true });
  const signal = matmul64(features, w, { m: size, k: 10, n: 1 });
  const chosenAt = (noise: number, criterion: 'gcv' | 'leave-one-out') => {
    const { best, curve } = chooseRidge(
      K,
      signal.map((y) => y + noise * draws.normal()),
      1,
      { criterion },
    );
    const score = (s: (typeof curve)[number]) => (criterion === 'gcv' ? s.gcv : s.leaveOneOut!);
    expect(score(best)).toBe(Math.min(...curve.map(score)));
    return best.ridge;
  };
  for (const criterion of ['gcv', 'leave-one-out'] as const)
    expect(chosenAt(6, criterion)).toBeGreaterThan(10 * chosenAt(0.1, criterion));
  expect(() =>
    chooseRidge(
      K,
      signal.map(() => Number.NaN),
      1,
    ),
  ).toThrow('no ridge can be chosen by leave-one-out among 22: look for NaN in the kernel and the targets');
});

test('the best ridge has the lowest finite score, of equals the largest ridge, in any order of the grid', () => {
  const scored = (ridge: number, gcv: number): RidgeScore => ({
    ridge,
    ridgeRelative: ridge,
    jitter: 0,
    effectiveDimension: 1,
    gcv,
    leaveOneOut: null,
  });
  const curve = [
    scored(1, Number.NaN),
    scored(2, 0.5),
    scored(4, 0.25),
    scored(3, 0.25),
    scored(5, Number.POSITIVE_INFINITY),
    scored(6, Number.NEGATIVE_INFINITY),
  ];
  expect(bestOf(curve, 'gcv').best.ridge).toBe(4);
  expect(bestOf(curve.toReversed(), 'gcv').best.ridge).toBe(4);
  expect(() => bestOf(curve, 'leave-one-out')).toThrow(/no ridge can be chosen by leave-one-out among 6/);
});
