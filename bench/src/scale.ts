import { chooseEngine, createRandom } from '@tangent/compute';
import { FeaturePosterior, greedyFeatureBatch } from '@tangent/ntk';
import { type Benchmark, runBenchmark } from './harness.js';
import { sketchedPool } from './pools/sketched-pool.js';

// Look-ahead over whole pools of sketched features: score every item by MLMOC-L2 with E the whole pool, and pick a batch
// greedily, each pick conditioned on those before with its pseudo-label.

const seed = 1;
const [dimension, numClasses, numLabels, batchSize] = [512, 10, 500, 100];
const sizes = [10_000, 100_000, 1_000_000];

const numbers = new Intl.NumberFormat('en');
const peakGiB = () => process.resourceUsage().maxRSS / 2 ** 20;

await runBenchmark('scale', async (b) => {
  b.seeds([seed]);
  const engine = await chooseEngine({ engine: process.env.TANGENT_ENGINE });
  b.detail('engine', engine);
  b.detail('parameters', { dimension, numClasses, numLabels, batchSize, sizes });
  // Once over a small pool, so that no size pays for starting the engine.
  await measure(b, 4_000, false);
  const seconds: number[] = [];
  for (const size of sizes) seconds.push(await measure(b, size, true));
  b.row({
    claim: 'growth of the time with the pool, slope of log–log',
    measured: slope(sizes.map(Math.log), seconds.map(Math.log)),
    unit: '',
    goal: { atMost: 1.05 },
  });
});

/** Seconds to score a pool and to pick a batch of it. */
async function measure(b: Benchmark, numItems: number, isReported: boolean): Promise<number> {
  const isLargest = numItems === sizes.at(-1);
  const pool = sketchedPool(seed, numItems, dimension, numClasses);
  if (isReported) b.progress(`${numbers.format(numItems)} items are there`);
  const options = { ...pool, observations: pool.labels(numLabels), evaluation: 'pool' as const };
  const from = performance.now();
  const posterior = FeaturePosterior.build(options);
  const scored = performance.now();
  const times: number[] = [];
  const batch = greedyFeatureBatch(posterior, {
    score: 'mlmoc-l2',
    batchSize,
    onPick: () => times.push(performance.now()),
  });
  const total = (performance.now() - from) / 1e3;
  if (!isReported) return total;
  const name = `${numbers.format(numItems)} items × ${dimension}`;
  b.row({
    claim: `${name}: scored by MLMOC-L2, and a greedy batch of ${batchSize}`,
    measured: total,
    unit: 's',
    goal: isLargest ? { atMost: 60 } : null,
  });
  b.row({ claim: '… scoring every item', measured: (scored - from) / 1e3, unit: 's', goal: null });
  b.row({
    claim: '… a pick, with all scores after it',
    measured: (times.at(-1)! - times[0]!) / (times.length - 1),
    unit: 'ms',
    goal: null,
  });
  b.row({
    claim: '… peak resident memory so far',
    measured: peakGiB(),
    unit: 'GiB',
    goal: isLargest ? { atMost: 4 } : null,
  });
  b.detail(`batch of ${numItems}`, { positions: [...batch.positions], scores: [...batch.scores] });
  if (numItems === sizes[0]) checkPicks(b, posterior, [...batch.positions]);
  return total;
}

/** The scores of a sample after some picks, beside a state that is solved anew with them. */
function checkPicks(b: Benchmark, posterior: FeaturePosterior, picks: readonly number[]): void {
  const sample = createRandom(seed).fork('check').sample(posterior.numTracked, 500);
  const fast = posterior.restrict(Int32Array.from({ length: posterior.numTracked }, (_, t) => t));
  const exact = posterior.restrict(Int32Array.from([...sample, ...picks]));
  picks.forEach((t, p) => {
    fast.assume(t);
    exact.assume(sample.length + p);
  });
  const wanted = exact.varianceDrops();
  const drops = fast.varianceDrops();
  const largest = wanted.subarray(0, sample.length).reduce((a, c) => Math.max(a, c), 0);
  b.row({
    claim: '… variance drops after the batch, float32 passes beside float64',
    measured: sample.reduce((worst, t, i) => Math.max(worst, Math.abs(drops[t]! - wanted[i]!)), 0) / largest,
    unit: 'of the largest',
    goal: { atMost: 1e-5 },
  });
}

/** Of the line through the points by least squares. */
function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((a, c) => a + c, 0) / values.length;
  const [mx, my] = [mean(x), mean(y)];
  const over = x.reduce((sum, value, i) => sum + (value - mx) * (y[i]! - my), 0);
  return over / x.reduce((sum, value) => sum + (value - mx) ** 2, 0);
}
