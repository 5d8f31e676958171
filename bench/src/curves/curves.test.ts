import { strategies } from '@tangent/acquisition';
import { describe, expect, it } from 'vitest';
import type { Benchmark, Claim, Plot } from '../harness.js';
import { allSettings, labelCounts, m20 } from '../simulation/settings.js';
import { core, planRuns } from './plan.js';
import { reportGoals, reportSetting, type SettingCurves } from './report-curves.js';

/** What a benchmark is told. */
function recorder() {
  const rows: Claim[] = [];
  const plots: Plot[] = [];
  const benchmark: Benchmark = {
    row: (claim) => rows.push(claim),
    plot: (plot) => plots.push(plot),
    detail: () => {},
    note: () => {},
    seeds: () => {},
    progress: () => {},
  };
  return { benchmark, rows, plots };
}

/** Curves of two seeds that start at 0.5 and then stay at the given accuracies. */
const flat = (low: number, high: number) =>
  new Map([
    [0, labelCounts(m20).map((_, t) => (t === 0 ? 0.5 : low))],
    [1, labelCounts(m20).map((_, t) => (t === 0 ? 0.5 : high))],
  ]);
const curves = (lookahead: [number, number]): SettingCurves =>
  new Map([
    ['random', flat(0.6, 0.7)],
    ['margin', flat(0.62, 0.72)],
    ['badge', flat(0.63, 0.73)],
    ['lookahead', flat(...lookahead)],
  ]);

describe('the plan of the learning curves', () => {
  const plan = planRuns({
    settings: allSettings,
    strategies,
    numSeeds: { others: 3, expensive: 1 },
  });

  it('pairs the cheap strategies seed by seed in every setting', () => {
    for (const { name, numSeeds } of allSettings)
      for (const strategy of [...core, 'entropy', 'typiclust', 'mlmoc']) {
        const seeds = plan.runs
          .filter(({ setting, selecting }) => setting.name === name && selecting.strategy === strategy)
          .map(({ seed }) => seed);
        expect(seeds).toEqual(Array.from({ length: numSeeds }, (_, i) => i));
      }
  });

  it('runs every strategy but those that retrain for every candidate, and says so', () => {
    const planned = new Set(plan.runs.map(({ selecting }) => selecting.strategy));
    const left = strategies.filter(({ needs }) => needs.includes('retrain'));
    expect(strategies.filter(({ name }) => !planned.has(name))).toEqual(left);
    for (const { name } of left) expect(plan.notes.join('\n')).toContain(name);
  });
});

describe('the report of the learning curves', () => {
  it('compares lookahead with random, and with the best rival of each setting', () => {
    const { benchmark, rows } = recorder();
    reportGoals(benchmark, new Map([['m20', curves([0.66, 0.76])]]));
    const [lowest, , overRival] = rows;
    // 6 points over random for both seeds, 3 over badge.
    expect(lowest!.measured).toBeCloseTo(6, 9);
    expect(lowest!.goal).toEqual({ atLeast: 0 });
    expect(overRival!.measured).toBeCloseTo(3, 9);
    expect(overRival!.goal).toEqual({ atLeast: 2 });
    expect(overRival!.claim).toContain('m20: badge');
  });

  it('takes the setting in which lookahead is worst, at the low end of its interval', () => {
    const { benchmark, rows } = recorder();
    const settings = new Map([
      ['m20', curves([0.66, 0.76])],
      ['trec', curves([0.6, 0.74])],
    ]);
    reportGoals(benchmark, settings);
    // +0 and +4 points: mean 2, with 12.706 × 2 for two pairs.
    expect(rows[0]!.measured).toBeCloseTo(2 - 12.706 * 2, 6);
    expect(rows[0]!.claim).toContain('(trec)');
  });

  it('has a row for each strategy and a line for each of the core', () => {
    const { benchmark, rows, plots } = recorder();
    reportSetting(benchmark, m20, curves([0.66, 0.76]));
    expect(rows.map(({ claim }) => claim.split(':')[0])).toEqual([
      'm20, random',
      'm20, margin',
      'm20, badge',
      'm20, lookahead',
    ]);
    const [plot] = plots;
    if (!plot || plot.kind === 'estimates') throw new Error('the diagram of a setting has lines');
    expect(plot.series.map(({ name }) => name)).toEqual(['random', 'margin', 'badge', 'lookahead']);
    expect(plot.series[0]!.points.map(({ x }) => x)).toEqual(labelCounts(m20));
  });
});
