import type { Benchmark, Plot } from '../harness.js';
import { labelCounts, type Setting } from '../simulation/settings.js';
import {
  areaUnder,
  type Curves,
  curveEstimates,
  type Estimate,
  estimate,
  labelsSaved,
  meanCurve,
  pointsOver,
} from '../statistics.js';
import { core, rivals } from './plan.js';

/** Curves of one setting, by strategy. */
export type SettingCurves = ReadonlyMap<string, Curves>;

/** Rows, details and a diagram for a setting: every strategy against random. */
export function reportSetting(benchmark: Benchmark, setting: Setting, curves: SettingCurves): void {
  const labels = labelCounts(setting);
  const random = curves.get('random')!;
  benchmark.row({
    claim: `${setting.name}, random: mean accuracy, ${labels[1]} … ${labels.at(-1)} labels`,
    ...figures(estimate([...random.values()].map((curve) => 100 * areaUnder(curve)))),
    numRuns: random.size,
    unit: '%',
    goal: null,
  });
  for (const [strategy, ofStrategy] of curves) {
    benchmark.detail(`${setting.name} ${strategy}`, {
      labels,
      mean: meanCurve(ofStrategy),
      plusMinus: curveEstimates(ofStrategy).map(({ plusMinus }) =>
        Number.isFinite(plusMinus) ? plusMinus : null,
      ),
      areas: Object.fromEntries([...ofStrategy].map(([seed, curve]) => [seed, areaUnder(curve)])),
    });
    if (strategy === 'random') continue;
    const saved = labelsSaved(meanCurve(ofStrategy), meanCurve(pairsOf(random, ofStrategy)), labels);
    const savedText =
      saved === null
        ? 'never as accurate as random at its end'
        : `${(100 * saved).toFixed(0)}% of the labels saved at random’s end`;
    benchmark.row({
      claim: `${setting.name}, ${strategy}: over random (${savedText})`,
      ...figures(pointsOver(ofStrategy, random)),
      numRuns: ofStrategy.size,
      unit: 'points',
      goal: null,
    });
  }
  benchmark.plot(plotOf(setting, curves));
}

/** What `lookahead` promises over all settings. */
export function reportGoals(benchmark: Benchmark, bySetting: ReadonlyMap<string, SettingCurves>): void {
  const overRandom: (Estimate & { readonly setting: string })[] = [];
  const overRival: number[] = [];
  const savedShares: number[] = [];
  const best: string[] = [];
  for (const [setting, curves] of bySetting) {
    const [random, lookahead] = [curves.get('random'), curves.get('lookahead')];
    if (!random || !lookahead) continue;
    overRandom.push({ setting, ...pointsOver(lookahead, random) });
    const labels = lookahead
      .values()
      .next()
      .value!.map((_, t) => t);
    const saved = labelsSaved(meanCurve(lookahead), meanCurve(random), labels);
    if (saved !== null) savedShares.push(saved);
    const gains = rivals
      .flatMap((name) =>
        curves.has(name) ? [{ name, gain: pointsOver(curves.get(name)!, random).mean }] : [],
      )
      .sort((a, b) => b.gain - a.gain);
    if (gains.length === 0) continue;
    best.push(`${setting}: ${gains[0]!.name}`);
    overRival.push(pointsOver(lookahead, curves.get(gains[0]!.name)!).mean);
  }
  const lowest = overRandom.toSorted((a, b) => a.mean - a.plusMinus - (b.mean - b.plusMinus))[0];
  if (lowest && Number.isFinite(lowest.plusMinus))
    benchmark.row({
      claim: `lookahead over random in every setting: lowest end of the ${overRandom.length} intervals (${lowest.setting})`,
      measured: lowest.mean - lowest.plusMinus,
      unit: 'points',
      goal: { atLeast: 0 },
    });
  if (overRandom.length > 0)
    benchmark.row({
      claim: 'lookahead over random, mean of the settings',
      ...figures(estimate(overRandom.map(({ mean }) => mean))),
      numRuns: overRandom.length,
      unit: 'points',
      goal: null,
    });
  if (overRival.length > 0)
    benchmark.row({
      claim: `lookahead over the best of ${rivals.join(', ')} in each setting, mean of the settings (${best.join(', ')})`,
      ...figures(estimate(overRival)),
      numRuns: overRival.length,
      unit: 'points',
      goal: { atLeast: 2 },
    });
}

/** An estimate as figures of a row; the interval of a single value is left out. */
export function figures({ mean, plusMinus }: Estimate): { measured: number; plusMinus?: number } {
  return { measured: mean, ...(Number.isFinite(plusMinus) ? { plusMinus } : {}) };
}

/** The curves of the seeds that the other has too. */
function pairsOf(curves: Curves, other: Curves): Curves {
  return new Map([...curves].filter(([seed]) => other.has(seed)));
}

function plotOf(setting: Setting, curves: SettingCurves): Plot {
  const labels = labelCounts(setting);
  return {
    name: setting.name,
    title: `${setting.name}: test accuracy over labels, with 95% intervals`,
    x: { label: 'labels', scale: 'linear' },
    y: { label: 'test accuracy, %', scale: 'linear' },
    series: [...curves]
      .filter(([strategy]) => core.includes(strategy))
      .map(([name, ofStrategy]) => ({
        name,
        points: curveEstimates(ofStrategy).map(({ mean, plusMinus }, t) => ({
          x: labels[t]!,
          y: 100 * mean,
          ...(Number.isFinite(plusMinus)
            ? { low: 100 * (mean - plusMinus), high: 100 * (mean + plusMinus) }
            : {}),
        })),
      })),
  };
}
