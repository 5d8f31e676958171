// Does the recipe select as well as its prototype did? Active learning on real digits with an oracle, in process.
// npm run bench -- simulation [--seeds 0,1,2] [--strategies random,lookahead] [--ridge 0.1]
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { startComputeThread } from '@tangent/compute';
import { type Goal, runBenchmark } from './harness.js';
import { m20, type SimulationSettings } from './simulation-run.js';
import { areaUnder, meanCurve, pointsOver } from './simulation-statistics.js';
import type { handlers } from './simulation-thread.js';

/**
 * Points over random that the prototype in PyTorch measured in the same setting, about ten paired runs. A figure is met
 * from the lower end of the prototype's interval.
 */
const prototype: Readonly<Record<string, { readonly mean: number; readonly plusMinus: number }>> = {
  lookahead: { mean: 6.6, plusMinus: 0.9 },
  vtl: { mean: 5.0, plusMinus: 0.9 },
  margin: { mean: 2.1, plusMinus: 1.3 },
  mlmoc: { mean: 1.0, plusMinus: 1.4 },
};

const { values: args } = parseArgs({
  options: {
    seeds: { type: 'string', default: '0,1,2,3,4' },
    strategies: { type: 'string', default: 'random,lookahead,vtl,margin,mlmoc,entropy' },
    ridge: { type: 'string' },
  },
});
const seeds = args.seeds.split(',').map(Number);
const strategies = args.strategies.split(',');

type Curves = Map<number, readonly number[]>;

await runBenchmark('simulation', async (benchmark) => {
  benchmark.seeds(seeds);
  const runs = seeds.flatMap((seed) =>
    strategies.map(
      (strategy): SimulationSettings => ({
        ...m20,
        strategy,
        seed,
        ...(args.ridge === undefined ? {} : { ridgeRelative: Number(args.ridge) }),
      }),
    ),
  );
  const curves = new Map<string, Curves>(strategies.map((name) => [name, new Map()]));
  await onAllCores(runs, ({ strategy, seed }, curve, seconds) => {
    curves.get(strategy)!.set(seed, curve);
    benchmark.progress(`seed ${seed}  ${strategy.padEnd(10)} ${percent(curve)}  ${seconds.toFixed(0)} s`);
  });
  for (const [strategy, ofStrategy] of curves) {
    benchmark.progress(`mean    ${strategy.padEnd(10)} ${percent(meanCurve(ofStrategy))}`);
    benchmark.detail(strategy, {
      meanCurve: meanCurve(ofStrategy),
      areas: Object.fromEntries([...ofStrategy].map(([seed, curve]) => [seed, areaUnder(curve)])),
    });
    const random = curves.get('random');
    if (!random || strategy === 'random') continue;
    const { mean, plusMinus } = pointsOver(ofStrategy, random);
    const known = prototype[strategy];
    const goal: Goal = known ? { atLeast: Number((known.mean - known.plusMinus).toFixed(1)) } : null;
    const beside = known ? `; prototype ${known.mean} ± ${known.plusMinus}` : '';
    benchmark.row({
      claim: `${strategy}: mean accuracy from 40 to 180 labels over random (± ${plusMinus.toFixed(1)}${beside})`,
      measured: mean,
      unit: 'points',
      goal,
    });
  }
});

/** Runs simulations in as many threads as there are cores; each result is told as it comes. */
async function onAllCores(
  runs: readonly SimulationSettings[],
  onResult: (run: SimulationSettings, curve: readonly number[], seconds: number) => void,
): Promise<void> {
  const queue = [...runs];
  const work = async () => {
    const thread = startComputeThread<typeof handlers>(new URL('./simulation-thread.js', import.meta.url));
    try {
      for (let run = queue.shift(); run; run = queue.shift()) {
        const startedAt = performance.now();
        const curve = await thread.call('simulate', run);
        onResult(run, curve, (performance.now() - startedAt) / 1000);
      }
    } finally {
      await thread.close();
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
}

function percent(curve: readonly number[]): string {
  return curve.map((v) => (100 * v).toFixed(1)).join(' ');
}
