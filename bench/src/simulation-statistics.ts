/** A mean and half the width of its 95% interval. */
export interface Estimate {
  readonly mean: number;
  /** Infinity for a single value. */
  readonly plusMinus: number;
}

/** 97.5% quantiles of Student's t for 1 … 30 degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/** Mean of independent values with Student's 95% interval. Throws RangeError for no values. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) throw new RangeError('the mean of no values does not exist');
  const mean = average(values);
  if (n === 1) return { mean, plusMinus: Infinity };
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { mean, plusMinus: (quantiles[n - 2] ?? 1.96) * Math.sqrt(variance / n) };
}

/** Mean accuracy of a curve over the trainings after the start, which all strategies share. */
export function areaUnder(curve: readonly number[]): number {
  return average(curve.slice(1));
}

/** Points of accuracy (percent) of curves over others of the same seeds, in pairs. Throws RangeError for no pairs. */
export function pointsOver(
  curves: ReadonlyMap<number, readonly number[]>,
  others: ReadonlyMap<number, readonly number[]>,
): Estimate {
  const seeds = [...curves.keys()].filter((seed) => others.has(seed));
  return estimate(seeds.map((seed) => 100 * (areaUnder(curves.get(seed)!) - areaUnder(others.get(seed)!))));
}

/** Mean of curves at every training. */
export function meanCurve(curves: ReadonlyMap<number, readonly number[]>): number[] {
  const all = [...curves.values()];
  return (all[0] ?? []).map((_, t) => average(all.map((curve) => curve[t]!)));
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
