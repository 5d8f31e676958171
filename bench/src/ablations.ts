// What is each part of the recipe worth? npm run bench -- ablations [--quick]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import {
  ablationSettings,
  selectingOfVariant,
  settingOfVariant,
  spoiledPools,
  type Variant,
  variants,
} from './ablations/variants.js';
import { figures } from './curves/report-curves.js';
import { type Benchmark, runBenchmark } from './harness.js';
import { availableSettings } from './simulation/available-settings.js';
import type { RunResult } from './simulation/run.js';
import { runAll } from './simulation/run-all.js';
import { defaultSelecting, type RunSettings, type Setting } from './simulation/settings.js';
import { type Curves, estimate, pointsOver } from './statistics.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');

/** One line of the plan: a name, and what it runs for every seed. */
interface Arm {
  readonly setting: Setting;
  readonly name: string;
  readonly of: Omit<RunSettings, 'seed'>;
}

await runBenchmark(
  'ablations',
  async (benchmark) => {
    const smaller = (setting: Setting): Setting =>
      args.quick
        ? { ...setting, trainShards: 1, poolSize: 600, numHeld: 500, numTrainings: 3, numSeeds: 2 }
        : setting;
    const here = availableSettings([...ablationSettings, ...spoiledPools.map(({ setting }) => setting)]);
    for (const note of here.notes) benchmark.note(note);
    const settingNamed = (name: string) => {
      const found = here.settings.find((setting) => setting.name === name);
      return found ? [smaller(found)] : [];
    };

    const arms: Arm[] = [];
    for (const { name } of ablationSettings)
      for (const setting of settingNamed(name)) {
        arms.push({
          setting,
          name: 'random',
          of: { setting, selecting: { ...defaultSelecting, strategy: 'random' } },
        });
        for (const variant of variants.filter(({ settings }) => settings.includes(name)))
          arms.push({
            setting,
            name: variant.name,
            of: { setting: settingOfVariant(setting, variant), selecting: selectingOfVariant(variant) },
          });
      }
    for (const pool of spoiledPools)
      for (const setting of settingNamed(pool.setting.name))
        for (const { name, selecting } of pool.runs)
          arms.push({ setting, name, of: { setting, selecting: { ...defaultSelecting, ...selecting } } });

    const results = await runArms(benchmark, arms);
    const of = (setting: string, name: string) => results.get(`${setting} / ${name}`)!;
    for (const { name } of ablationSettings)
      if (settingNamed(name).length > 0) reportVariants(benchmark, name, (arm) => of(name, arm));
    for (const { setting, runs } of spoiledPools)
      if (settingNamed(setting.name).length > 0)
        reportPool(
          benchmark,
          setting.name,
          runs.map(({ name }) => name),
          (arm) => of(setting.name, arm),
        );
  },
  args.quick ? { resultsDir: trialDir } : {},
);

type BySeed = ReadonlyMap<number, RunResult>;

async function runArms(benchmark: Benchmark, arms: readonly Arm[]): Promise<ReadonlyMap<string, BySeed>> {
  const results = new Map<string, Map<number, RunResult>>(
    arms.map(({ setting, name }) => [`${setting.name} / ${name}`, new Map()]),
  );
  const armOf = new Map<RunSettings, string>();
  const runs = arms.flatMap((arm) =>
    Array.from({ length: arm.setting.numSeeds }, (_, seed): RunSettings => {
      const run = { ...arm.of, seed };
      armOf.set(run, `${arm.setting.name} / ${arm.name}`);
      return run;
    }),
  );
  benchmark.seeds(runs.map(({ seed }) => seed));
  const { numResumed } = await runAll(benchmark, runs, (run, result) => {
    results.get(armOf.get(run)!)!.set(run.seed, result);
  });
  if (numResumed > 0)
    benchmark.note(
      `${numResumed} of ${runs.length} runs were there already: of the learning curves, or of an interrupted benchmark.`,
    );
  return results;
}

function curvesOf(results: BySeed): Curves {
  return new Map([...results].map(([seed, { accuracies }]) => [seed, accuracies]));
}

function reportVariants(benchmark: Benchmark, setting: string, of: (arm: string) => BySeed): void {
  const names = variants.filter((variant) => variant.settings.includes(setting));
  benchmark.row({
    claim: `${setting}, the default lookahead: over random`,
    ...figures(pointsOver(curvesOf(of('default')), curvesOf(of('random')))),
    numRuns: of('default').size,
    unit: 'points',
    goal: null,
  });
  for (const variant of names.filter(({ name }) => name !== 'default')) {
    const against = variant.against ?? 'default';
    benchmark.row({
      claim: `${setting}, ${variant.name}: over ${describe(against)}`,
      ...figures(pointsOver(curvesOf(of(variant.name)), curvesOf(of(against)))),
      numRuns: of(variant.name).size,
      unit: 'points',
      goal: null,
    });
  }
  benchmark.detail(
    `${setting}: over random`,
    Object.fromEntries(
      names.map(({ name }: Variant) => [name, pointsOver(curvesOf(of(name)), curvesOf(of('random'))).mean]),
    ),
  );
}

function describe(name: string): string {
  return name === 'default' ? 'the default' : name;
}

function reportPool(
  benchmark: Benchmark,
  setting: string,
  names: readonly string[],
  of: (arm: string) => BySeed,
): void {
  for (const name of names) {
    if (name !== 'random')
      benchmark.row({
        claim: `${setting}, ${name}: over random`,
        ...figures(pointsOver(curvesOf(of(name)), curvesOf(of('random')))),
        numRuns: of(name).size,
        unit: 'points',
        goal: null,
      });
    const shares = [...of(name).values()].map(({ junkShare }) => 100 * junkShare);
    if (shares.some((share) => share > 0))
      benchmark.row({
        claim: `${setting}, ${name}: labels spent on junk`,
        ...figures(estimate(shares)),
        numRuns: shares.length,
        unit: '%',
        goal: null,
      });
  }
}
