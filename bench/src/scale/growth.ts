import type { Plot, Report } from '../harness-report.js';
import { rounded } from '../results/numbers.js';

/** Least-squares slope of ln y over ln x. */
export function slope(xs: readonly number[], ys: readonly number[]): number {
  const [u, v] = [xs.map(Math.log), ys.map(Math.log)];
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;
  const [mu, mv] = [mean(u), mean(v)];
  const numerator = u.reduce((sum, value, i) => sum + (value - mu) * (v[i]! - mv), 0);
  return numerator / u.reduce((sum, value) => sum + (value - mu) ** 2, 0);
}

/** The time over the size of the pool, from the rows of the report, beside the growth that the goal allows. */
export function growthPlots({ rows }: Pick<Report, 'rows'>): Plot[] {
  const points = rows.flatMap(({ claim, measured, plusMinus }) => {
    const size = /^([\d,]+) items × \d+: scored/.exec(claim)?.[1];
    if (size === undefined) return [];
    const interval =
      plusMinus !== undefined && plusMinus < measured
        ? { low: measured - plusMinus, high: measured + plusMinus }
        : {};
    return [{ x: Number(size.replaceAll(',', '')), y: measured, ...interval }];
  });
  const growth = rows.find(({ claim }) => claim.startsWith('growth of the time'));
  if (points.length < 2 || !growth?.goal || !('atMost' in growth.goal)) return [];
  const { atMost } = growth.goal;
  const [first] = points;
  return [
    {
      name: 'growth',
      title: `Time to score a pool and to pick a batch: slope ${rounded(growth.measured)}`,
      x: { label: 'items', scale: 'log' },
      y: { label: 'seconds', scale: 'log' },
      series: [
        { name: `measured`, points },
        {
          name: `slope ${rounded(atMost)}, the goal`,
          points: points.map(({ x }) => ({ x, y: first!.y * (x / first!.x) ** atMost })),
        },
      ],
    },
  ];
}
