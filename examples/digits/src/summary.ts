/** Student’s t, two-sided 95%, by degrees of freedom from 1. */
const t95Table = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228];
/** Beyond the table the approximation is within 1%. */
const t95 = (freedom: number) => t95Table[freedom - 1] ?? 1.96 + 2.5 / freedom;

export const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

/** Mean accuracy over the cycles after the start: the area under the curve. */
export const areaOf = (accuracies: readonly number[]) => mean(accuracies.slice(1));

/** Mean of the differences, and half of its 95% interval; pairs share their seed. NaN half for one pair. */
export function pairedDifference(
  a: readonly number[],
  b: readonly number[],
): { readonly mean: number; readonly half: number } {
  const differences = a.map((v, i) => v - b[i]!);
  const centre = mean(differences);
  const n = differences.length;
  if (n < 2) return { mean: centre, half: Number.NaN };
  const variance = differences.reduce((sum, d) => sum + (d - centre) ** 2, 0) / (n - 1);
  return { mean: centre, half: t95(n - 1) * Math.sqrt(variance / n) };
}
