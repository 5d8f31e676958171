/** A mean and half the width of its 95% interval. */
export interface Estimate {
  readonly mean: number;
  /** Infinity for a single value. */
  readonly plusMinus: number;
}

/** 97.5% quantile of the normal distribution. */
const normalQuantile = 1.959963984540054;

/** 97.5% quantiles of Student's t for 1 … 30 degrees of freedom. */
const quantiles = [
  12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.16, 2.145, 2.131,
  2.12, 2.11, 2.101, 2.093, 2.086, 2.08, 2.074, 2.069, 2.064, 2.06, 2.056, 2.052, 2.048, 2.045, 2.042,
];

/**
 * The 97.5% quantile of Student's t: from the table, and above 30 degrees of freedom by two terms of the expansion about
 * the normal quantile (Abramowitz & Stegun 26.7.5), right to four digits there.
 */
export function studentQuantile(degreesOfFreedom: number): number {
  const z = normalQuantile;
  const v = degreesOfFreedom;
  return quantiles[v - 1] ?? z + (z ** 3 + z) / (4 * v) + (5 * z ** 5 + 16 * z ** 3 + 3 * z) / (96 * v * v);
}

/** Mean of independent values with Student's 95% interval. Throws RangeError for no values. */
export function estimate(values: readonly number[]): Estimate {
  const n = values.length;
  if (n === 0) throw new RangeError('the mean of no values does not exist');
  const mean = average(values);
  if (n === 1) return { mean, plusMinus: Infinity };
  const variance = values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1);
  return { mean, plusMinus: studentQuantile(n - 1) * Math.sqrt(variance / n) };
}

/**
 * A share of `count` independent trials, of which `successes` came out, and half the width of Wilson's 95% interval. The
 * interval lies about (p + z²/2n)/(1 + z²/n), which for thousands of trials is p itself to four digits. Throws RangeError
 * for counts that are no share.
 */
export function estimateShare(successes: number, count: number): Estimate {
  if (!(count > 0 && successes >= 0 && successes <= count))
    throw new RangeError(`${successes} of ${count} is no share`);
  const [p, z2] = [successes / count, normalQuantile ** 2];
  const halfWidth =
    (normalQuantile / (1 + z2 / count)) * Math.sqrt((p * (1 - p)) / count + z2 / (4 * count * count));
  return { mean: p, plusMinus: halfWidth };
}

/** Mean accuracy of a curve over the trainings after the start, which all strategies share. */
export function areaUnder(curve: readonly number[]): number {
  return average(curve.slice(1));
}

/** Accuracies by seed. */
export type Curves = ReadonlyMap<number, readonly number[]>;

/** Points of accuracy (percent) of curves over others of the same seeds, in pairs. Throws RangeError for no pairs. */
export function pointsOver(curves: Curves, others: Curves): Estimate {
  const seeds = [...curves.keys()].filter((seed) => others.has(seed));
  return estimate(seeds.map((seed) => 100 * (areaUnder(curves.get(seed)!) - areaUnder(others.get(seed)!))));
}

/** Mean of curves at every training. */
export function meanCurve(curves: Curves): number[] {
  return curveEstimates(curves).map(({ mean }) => mean);
}

/** Mean of curves with its interval at every training. */
export function curveEstimates(curves: Curves): Estimate[] {
  const all = [...curves.values()];
  return (all[0] ?? []).map((_, t) => estimate(all.map((curve) => curve[t]!)));
}

/**
 * Share of the labels that a curve saves against another at its end: 1 − n/N, where the curve is as accurate with n
 * labels (interpolated) as the other with all N. Negative where only more labels would do is not known, so null.
 * curve, other, labels: by training.
 */
export function labelsSaved(
  curve: readonly number[],
  other: readonly number[],
  labels: readonly number[],
): number | null {
  const goal = other.at(-1)!;
  const t = curve.findIndex((accuracy) => accuracy >= goal);
  if (t < 0) return null;
  const total = labels.at(-1)!;
  if (t === 0) return 1 - labels[0]! / total;
  const share = (goal - curve[t - 1]!) / (curve[t]! - curve[t - 1]!);
  return 1 - (labels[t - 1]! + share * (labels[t]! - labels[t - 1]!)) / total;
}

function average(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
