import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { FeaturePosterior } from '../posterior/feature-posterior.js';
import { forecastRisk, greedyDrops } from './forecast.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

/** A pool whose targets come from the kernel and noise of the ridge’s size; the last items are a test set. */
function drawnPool(seed: number) {
  const random = createRandom(seed).fork('forecast');
  const [n, d, k, numTest, numLabeled] = [400, 24, 2, 150, 40];
  const features = Float32Array.from({ length: n * d }, (_, i) => random.normal() / Math.sqrt(1 + (i % d)));
  const meanDiagonal = features.reduce((sum, x) => sum + x * x, 0) / n;
  const ridgeRelative = 0.1;
  const scale = 0.5 + 3 * random.uniform();
  const w = Float64Array.from({ length: d * k }, () => scale * random.normal());
  const noise = scale * Math.sqrt(ridgeRelative * meanDiagonal);
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
    observations: Array.from({ length: numLabeled }, (_, item) => ({ item, target: targets[item]! })),
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
  return { posterior, targets, risk, candidates };
}

test('on data like the kernel the risk is forecast within 10%, now and after 10 and 60 labels', () => {
  const numSeeds = 24;
  const ratios = [0, 0, 0];
  let learned = 0;
  for (let seed = 0; seed < numSeeds; seed++) {
    const { posterior, targets, risk, candidates } = drawnPool(seed);
    const { positions, drops } = greedyDrops(posterior, candidates, 60);
    const forecast = forecastRisk(posterior, drops);
    const now = risk();
    ratios[0]! += Math.log(forecast.now / now);
    positions.forEach((t, b) => {
      posterior.observe(t, targets[t]!);
      if (b === 9) ratios[1]! += Math.log(forecast.after[9]! / risk());
    });
    ratios[2]! += Math.log(forecast.after[59]! / risk());
    learned += Math.log(risk() / now);
  }
  for (const ratio of ratios) expect(Math.abs(ratio / numSeeds)).toBeLessThan(Math.log(1.1));
  // There was something to forecast.
  expect(learned / numSeeds).toBeLessThan(Math.log(0.8));
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
