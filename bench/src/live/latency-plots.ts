import type { Plot, PlotPoint, Report } from '../harness-report.js';
import { percentile } from '../harness-statistics.js';
import { estimate } from '../statistics.js';

const percents = [1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99];
/** The first updates compile the pass. */
export const numWarmup = 10;

/** Times by what was timed, and in it by seed. */
export type TimesMs = Readonly<Record<string, readonly (readonly number[])[]>>;

/** How the times are distributed, from `times ms` of the report's details: how many of the labels took at most so long. */
export function latencyPlots({ details }: Pick<Report, 'details'>): Plot[] {
  const kept = details['times ms'] as TimesMs | readonly number[] | undefined;
  if (!kept) return [];
  const times: TimesMs = Array.isArray(kept) ? { 'scores and head': [kept] } : (kept as TimesMs);
  return [
    {
      name: 'latency',
      title: 'Time for a label',
      x: { label: 'percent of the labels', scale: 'linear' },
      y: { label: 'at most so many milliseconds', scale: 'linear' },
      series: Object.entries(times).map(([name, seeds]) => ({
        name,
        points: percents.map((percent) => pointAt(percent, seeds)),
      })),
    },
  ];
}

function pointAt(percent: number, seeds: readonly (readonly number[])[]): PlotPoint {
  const { mean, plusMinus } = estimate(seeds.map((times) => percentile(times.slice(numWarmup), percent)));
  const interval = Number.isFinite(plusMinus)
    ? { low: Math.max(0, mean - plusMinus), high: mean + plusMinus }
    : {};
  return { x: percent, y: mean, ...interval };
}
