import { expect, it } from 'vitest';
import { ablationPlots } from '../ablations/plots.js';
import type { Row } from '../harness-report.js';
import { latencyPlots } from '../live/latency-plots.js';
import { growthPlots, slope } from '../scale/growth.js';

const row = (claim: string, measured: number, more: Partial<Row> = {}): Row => ({
  claim,
  measured,
  unit: '',
  goal: null,
  met: null,
  ...more,
});

it('shows the changes of each setting, and the spoiled pools by themselves', () => {
  const plots = ablationPlots({
    rows: [
      row('m20, the default lookahead: over random', 9),
      row('m20, kernel sum: over the default', -1, { plusMinus: 3 }),
      row('m20, mlmoc, norm l2: over mlmoc, norm l1', 1),
      row('trec, unbalanced: over the default', -2),
      row('m20, one tenth junk, margin: over random', 2),
      row('m20, one tenth junk, margin: labels spent on junk', 18),
    ],
  });
  expect(plots.map(({ name, estimates }) => [name, ...estimates.map((of) => of.name)])).toEqual([
    ['m20', 'kernel sum', 'mlmoc, norm l2, over mlmoc, norm l1'],
    ['trec', 'unbalanced'],
    ['spoiled', 'one tenth junk, margin'],
  ]);
  expect(plots[0]!.estimates[0]).toEqual({ name: 'kernel sum', value: -1, plusMinus: 3 });
});

it('shows the time over the size beside the growth that is allowed, and in its title that which was measured', () => {
  const sizes = [1_000, 100_000];
  const seconds = [2, 2 * 100 ** 0.8];
  const [plot] = growthPlots({
    rows: [
      ...sizes.map((size, i) =>
        row(`${size.toLocaleString('en')} items × 512: scored by MLMOC-L2, and a batch`, seconds[i]!),
      ),
      row('growth of the time with the pool', slope(sizes, seconds), { goal: { atMost: 1 } }),
    ],
  });
  expect(plot!.title).toContain('slope 0.8');
  if (plot!.kind === 'estimates') throw new Error('the diagram of the growth has lines');
  expect(plot!.series.map(({ points }) => points.map(({ x }) => x))).toEqual([sizes, sizes]);
  expect(plot!.series[1]!.points[1]!.y).toBeCloseTo(200, 9);
});

it('shows how long labels took, without those that compile', () => {
  const times = [...new Array<number>(10).fill(1e6), 1, 2, 3];
  const [plot] = latencyPlots({ details: { 'times ms': { worker: [times, times] } } });
  if (plot!.kind === 'estimates') throw new Error('the diagram of the times has lines');
  const points = plot!.series[0]!.points;
  expect(points.find(({ x }) => x === 50)).toEqual({ x: 50, y: 2, low: 2, high: 2 });
  expect(Math.max(...points.map(({ y }) => y))).toBeLessThan(3);
  expect(latencyPlots({ details: {} })).toEqual([]);
});
