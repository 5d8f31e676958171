import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { FeaturePosterior } from '../posterior/feature-posterior.js';
import { forecastRisk, greedyDrops } from './forecast.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

/**
 * A pool whose targets come from the kernel and noise of the ridge’s size; the last items are a test set. With `k` outputs
 * that share the kernel, risks are means of as many draws.
 */
function drawnPool(seed: number, k = 2) {
  const random = createRandom(seed).fork('forecast');
  const [n, d, numTest, numLabeled] = [500, 24, 200, 80];
  const features = Float32Array.from({ length: n * d }, (_, i) => random.normal() / Math.sqrt(1 + (i % d)));
  const ridgeRelative = 0.1;
  const scale = 0.5 + 3 * random.uniform();
  const w = Float64Array.from({ length: d * k }, () => scale * random.normal());
  const square = (item: number) =>
    features.subarray(item * d, (item + 1) * d).reduce((sum, x) => sum + x * x, 0);
  const labeled = Array.from({ length: numLabeled }, (_, item) => item);
  const noise =
    scale * Math.sqrt((ridgeRelative * labeled.reduce((sum, item) => sum + square(item), 0)) / numLabeled);
  const targets = Array.from({ length: n }, (_, item) =>
    Float64Array.from({ length: k }, (_output, j) => {
      let y = noise * random.normal();
      for (let i = 0; i < d; i++) y += features[item * d + i]! * w[i * k + j]!;
      return y;
    }),
  );
  const numPool = n - numTest;
  const posterior = FeaturePosterior.build({
    features,
    dimension: d,
    prior: new Float64Array(n * k),
    numClasses: k,
    observations: labeled.map((item) => ({ item, target: targets[item]! })),
    evaluation: Int32Array.from({ length: numTest }, (_, i) => numPool + i),
    ridgeRelative,
  });
  const risk = () => {
    let sum = 0;
    for (let item = numPool; item < n; item++)
      for (let j = 0; j < k; j++) sum += (targets[item]![j]! - posterior.mean[item * k + j]!) ** 2;
    return sum / numTest;
  };
  const candidates = Int32Array.from({ length: numPool - numLabeled }, (_, i) => numLabeled + i);
  return { posterior, targets, risk, candidates, scale };
}

test('on data like the kernel each forecast is near the risk that comes, now and with every further label', () => {
  for (let seed = 0; seed < 8; seed++) {
    const { posterior, targets, risk, candidates, scale } = drawnPool(seed, 200);
    const { positions, drops } = greedyDrops(posterior, candidates, 60);
    const forecast = forecastRisk(posterior, drops);
    const now = risk();
    // GCV knows the labeled items only, and these are not those of the test set.
    expectClose([forecast.now], [now], { rtol: 0.15, atol: 0 });
    expectClose([forecast.scale], [scale ** 2], { rtol: 0.15, atol: 0 });
    positions.forEach((t, b) => {
      posterior.observe(t, targets[t]!);
      // What a label takes away depends on no label at all: here only the noise of the draws is left.
      expectClose([forecast.after[b]! / forecast.now], [risk() / now], { rtol: 0.03, atol: 0 });
    });
    // There was something to forecast.
    expect(risk() / now).toBeLessThan(0.9);
  }
});

test('the drops of the next labels are what the labels take off the variance', () => {
  const { posterior, candidates } = drawnPool(100);
  const { positions, drops } = greedyDrops(posterior, candidates, 5);
  const { now, after, scale, effectiveDimension } = forecastRisk(posterior, drops);
  const before = posterior.totalVariance();
  for (const t of positions) posterior.assume(t);
  expectClose([before - posterior.totalVariance()], [drops.reduce((a, b) => a + b, 0)], {
    rtol: 1e-8,
    atol: 0,
  });
  const numE = posterior.evaluation.length;
  expectClose([after[4]!], [2 * scale * (posterior.totalVariance() / numE + posterior.ridge)], {
    rtol: 1e-8,
    atol: 0,
  });
  expect(after[0]).toBeLessThan(now);
  expect(effectiveDimension).toBeGreaterThan(1);
  expect(effectiveDimension).toBeLessThan(24);
});
