// Does the recipe select well? Learning curves of all strategies on real data, with an oracle, in process.
// npm run bench -- curves [--only m20,letter] [--strategies random,lookahead] [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { strategies } from '@tangent/acquisition';
import { planRuns } from './curves/plan.js';
import { reportGoals, reportSetting } from './curves/report-curves.js';
import { runBenchmark } from './harness.js';
import { availableSettings } from './simulation/available-settings.js';
import { runAll } from './simulation/run-all.js';
import { allSettings, remarksOn, type Setting } from './simulation/settings.js';

const { values: args } = parseArgs({
  options: {
    only: { type: 'string' },
    strategies: { type: 'string' },
    seeds: { type: 'string', default: '10' },
    quick: { type: 'boolean', default: false },
  },
});
const isTrial = args.quick || args.strategies !== undefined;
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');

await runBenchmark(
  'curves',
  async (benchmark) => {
    const { settings: known, notes } = availableSettings(allSettings);
    for (const note of notes) benchmark.note(note);
    const wanted = known.filter(({ name }) => args.only === undefined || args.only.split(',').includes(name));
    if (wanted.length === 0)
      throw new RangeError(
        `no setting ${args.only}; choose among ${known.map(({ name }) => name).join(', ')}`,
      );
    const most = Number(args.seeds);
    if (!(Number.isInteger(most) && most >= 2))
      throw new RangeError(`--seeds ${args.seeds} is no number of paired runs; give 2 or more`);
    const left = known.filter((setting) => !wanted.includes(setting)).map(({ name }) => name);
    if (left.length > 0) benchmark.note(`Not run this time: ${left.join(', ')}.`);
    const settings = wanted.map((setting) =>
      args.quick ? smaller(setting) : { ...setting, numSeeds: Math.min(most, setting.numSeeds) },
    );
    const plan = planRuns({
      settings,
      strategies: strategies.filter(
        ({ name }) => args.strategies === undefined || args.strategies.split(',').includes(name),
      ),
      numSeeds: args.quick
        ? { others: 1, expensive: 1 }
        : { others: Math.min(3, most), expensive: Math.min(2, Math.floor(most / 2)) },
    });
    for (const note of [...plan.notes, ...remarksOn(settings)]) benchmark.note(note);
    benchmark.seeds(
      Array.from({ length: Math.max(...settings.map(({ numSeeds }) => numSeeds)) }, (_, i) => i),
    );

    const bySetting = new Map(
      settings.map(({ name }) => [name, new Map<string, Map<number, readonly number[]>>()]),
    );
    const secondsPerBatch = new Map<string, number[]>();
    const { numResumed } = await runAll(benchmark, plan.runs, ({ setting, selecting, seed }, result) => {
      const curves = bySetting.get(setting.name)!;
      const { strategy } = selecting;
      if (!curves.has(strategy)) curves.set(strategy, new Map());
      curves.get(strategy)!.set(seed, result.accuracies);
      const key = `${setting.name} ${strategy}`;
      secondsPerBatch.set(key, [...(secondsPerBatch.get(key) ?? []), result.secondsPerBatch]);
    });
    if (numResumed > 0)
      benchmark.note(`${numResumed} of ${plan.runs.length} runs were resumed from an interrupted benchmark.`);

    reportGoals(benchmark, bySetting);
    for (const setting of settings) reportSetting(benchmark, setting, inOrder(bySetting.get(setting.name)!));
    benchmark.detail('settings', settings);
    benchmark.detail(
      'seconds to choose a batch, mean',
      Object.fromEntries(
        [...secondsPerBatch].map(([key, all]) => [key, all.reduce((a, b) => a + b, 0) / all.length]),
      ),
    );
  },
  isTrial ? { resultsDir: trialDir } : {},
);

/** Threads finish in any order; the report does not depend on it. */
function inOrder(curves: ReadonlyMap<string, Map<number, readonly number[]>>) {
  const places = new Map(strategies.map(({ name }, i) => [name, name === 'random' ? -1 : i]));
  return new Map(
    [...curves]
      .sort(([a], [b]) => places.get(a)! - places.get(b)!)
      .map(([name, bySeed]) => [name, new Map([...bySeed].sort(([a], [b]) => a - b))] as const),
  );
}

function smaller(setting: Setting): Setting {
  return { ...setting, trainShards: 1, poolSize: 600, numHeld: 500, numTrainings: 3, numSeeds: 2 };
}
