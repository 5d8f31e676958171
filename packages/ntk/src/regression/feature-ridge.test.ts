import { chooseEngine, createRandom, matmul64 } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { featureRidge } from './feature-ridge.js';
import { kernelRegression } from './kernel-regression.js';
import { chooseRidge } from './ridge-choice.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const [n, d, k] = [60, 12, 3];
const random = createRandom('feature ridge');
const features = Float32Array.from({ length: n * d }, () => random.normal());
const w = Float64Array.from({ length: d * k }, () => random.normal());
const phi = Float64Array.from(features);
const targets = matmul64(phi, w, { m: n, k: d, n: k }).map((y) => y + random.normal());
const kernel = matmul64(phi, phi, { m: n, k: d, n, transposeB: true });

const inBlocks = (rows: number) => () =>
  Array.from({ length: Math.ceil(n / rows) }, (_, b) => ({
    features: features.subarray(b * rows * d, (b + 1) * rows * d),
    targets: targets.subarray(b * rows * k, (b + 1) * rows * k),
  }));

test('ridge regression on features is kernel regression with K = ΦΦᵀ, however the examples come', () => {
  for (const rows of [7, 60]) {
    const { best, predict, numExamples } = featureRidge({
      blocks: inBlocks(rows),
      dimension: d,
      numOutputs: k,
      ridgeRelative: 0.05,
    });
    expect(numExamples).toBe(n);
    const dual = kernelRegression(kernel, targets, k, best.ridge);
    const wanted = matmul64(kernel, dual.weights, { m: n, k: n, n: k });
    expectClose(predict(features), wanted, { rtol: 1e-9, atol: 1e-9 });
  }
});

test('GCV, leave-one-out and the choice of the ridge are those of the kernel', () => {
  const ridgesRelative = [1e-3, 1e-2, 1e-1, 1];
  for (const criterion of ['gcv', 'leave-one-out'] as const) {
    const primal = featureRidge({
      blocks: inBlocks(25),
      dimension: d,
      numOutputs: k,
      ridgeRelative: ridgesRelative,
      criterion,
    });
    const dual = chooseRidge(kernel, targets, k, { ridgesRelative, criterion });
    expect(primal.best.ridgeRelative).toBe(dual.best.ridgeRelative);
    primal.curve.forEach((score, i) => {
      const wanted = dual.curve[i]!;
      expectClose(
        [score.ridge, score.gcv, score.effectiveDimension],
        [wanted.ridge, wanted.gcv, wanted.effectiveDimension],
        { rtol: 1e-8, atol: 1e-9 },
      );
      if (criterion === 'gcv') expect(score.leaveOneOut).toBeNull();
      else expectClose([score.leaveOneOut!], [wanted.leaveOneOut!], { rtol: 1e-8, atol: 0 });
    });
    let squares = 0;
    primal.leaveOneOut((predictions, block) => {
      predictions.forEach((p, i) => {
        squares += (block.targets[i]! - p) ** 2;
      });
    });
    const { leaveOneOut } = dual.curve.find((s) => s.ridgeRelative === primal.best.ridgeRelative)!;
    expectClose([squares / n], [leaveOneOut!], { rtol: 1e-8, atol: 0 });
  }
});

test('blocks that do not fit, that are empty or that hold NaN are refused', () => {
  const regress = (block: { features: Float32Array; targets: Float64Array }[]) =>
    featureRidge({ blocks: () => block, dimension: 2, numOutputs: 1 });
  expect(() => regress([{ features: new Float32Array(5), targets: new Float64Array(2) }])).toThrow(
    /5 features of 2 and 2 targets of 1 are not of as many examples/,
  );
  expect(() => regress([])).toThrow('featureRidge: the blocks hold no examples');
  const broken = [
    { features: Float32Array.of(1, 2), targets: Float64Array.of(1) },
    { features: Float32Array.of(1, Number.NaN), targets: Float64Array.of(1) },
  ];
  expect(() => regress(broken)).toThrow(
    'the examples from 1 to 2 hold features or targets that are not finite',
  );
});
