// Look-ahead over whole pools of sketched features: score every item by MLMOC-L2 with E the whole pool, and pick a batch
// greedily, each pick conditioned on those before with its pseudo-label.
// npm run bench -- scale [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startComputeThread } from '@tangent/compute';
import { figures } from './curves/report-curves.js';
import { runBenchmark } from './harness.js';
import { slope } from './scale/growth.js';
import type { handlers, ScaleRun } from './scale/scale-thread.js';
import { estimate } from './statistics.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const seeds = args.quick ? [1] : [1, 2, 3];
const parameters = { dimension: 512, numClasses: 10, numLabels: 500, batchSize: 100 };
const sizes = args.quick ? [5_000, 20_000] : [10_000, 100_000, 1_000_000];

const numbers = new Intl.NumberFormat('en');
const peakGiB = () => process.resourceUsage().maxRSS / 2 ** 20;

await runBenchmark(
  'scale',
  async (b) => {
    b.seeds(seeds);
    b.detail('parameters', { ...parameters, sizes });
    const runs = new Map<number, ScaleRun[]>(sizes.map((size) => [size, []]));
    const errors: number[] = [];
    const peaks = new Map<number, number>();
    for (const seed of seeds) {
      // A thread of its own, so that the memory of one pool is gone before there is another.
      const thread = startComputeThread<typeof handlers>(new URL('./scale/scale-thread.js', import.meta.url));
      try {
        b.detail('engine', await thread.call('engine', undefined));
        // Once over a small pool, so that no size pays for starting the engine.
        await thread.call('measure', { seed, ...parameters, numItems: 4_000 });
        for (const numItems of sizes) {
          const run = await thread.call('measure', { seed, ...parameters, numItems });
          runs.get(numItems)!.push(run);
          peaks.set(numItems, peakGiB());
          b.progress(`seed ${seed}, ${numbers.format(numItems)} items: ${run.totalS.toFixed(1)} s`);
          if (numItems === sizes[0]) errors.push(await thread.call('errorOfDrops', { seed }));
        }
      } finally {
        await thread.close();
      }
    }
    b.detail('runs by number of items', Object.fromEntries(runs));

    for (const size of sizes) {
      const isLargest = size === sizes.at(-1);
      const row = (
        claim: string,
        unit: string,
        of: (run: ScaleRun) => number,
        goal: { atMost: number } | null = null,
      ) => {
        const values = runs.get(size)!.map(of);
        b.row({ claim, ...figures(estimate(values)), numRuns: values.length, unit, goal });
      };
      row(
        `${numbers.format(size)} items × ${parameters.dimension}: scored by MLMOC-L2, and a greedy batch of ${parameters.batchSize}`,
        's',
        ({ totalS }) => totalS,
        isLargest ? { atMost: 60 } : null,
      );
      row('… scoring every item', 's', ({ scoringS }) => scoringS);
      row('… a pick, with all scores after it', 'ms', ({ msPerPick }) => msPerPick);
      if (size === sizes[0])
        b.row({
          claim: '… variance drops after the batch, float32 passes beside float64, the worst seed',
          measured: Math.max(...errors),
          numRuns: errors.length,
          unit: 'of the largest',
          goal: { atMost: 1e-5 },
        });
      if (isLargest)
        b.row({
          claim: '… peak resident memory of the process, all seeds',
          measured: peaks.get(size)!,
          unit: 'GiB',
          goal: { atMost: 4 },
        });
    }
    const slopes = seeds.map((_, s) =>
      slope(
        sizes,
        sizes.map((size) => runs.get(size)![s]!.totalS),
      ),
    );
    b.row({
      claim: 'growth of the time with the pool, slope of log–log',
      ...figures(estimate(slopes)),
      numRuns: slopes.length,
      unit: '',
      goal: { atMost: 1.05 },
    });
  },
  args.quick ? { resultsDir: trialDir } : {},
);
