/** Parameters that turn raw numbers into inputs of mean 0 and variance 1. */
export interface Standardisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/**
 * Mean and standard deviation of rows, [n, width]: one of each for all columns (`global`, for pixels), or one a column.
 * A constant column keeps deviation 1.
 */
export function fitStandardisation(
  rows: Float32Array,
  width: number,
  mode: 'global' | 'column',
): Standardisation {
  const groups = mode === 'global' ? 1 : width;
  const count = rows.length / groups || 1;
  const mean = new Array<number>(groups).fill(0);
  const square = new Array<number>(groups).fill(0);
  for (let i = 0; i < rows.length; i++) mean[i % groups]! += rows[i]!;
  for (let g = 0; g < groups; g++) mean[g]! /= count;
  for (let i = 0; i < rows.length; i++) square[i % groups]! += (rows[i]! - mean[i % groups]!) ** 2;
  return { mean, deviation: square.map((s) => Math.sqrt(s / count) || 1) };
}

export function standardiseInPlace(rows: Float32Array, { mean, deviation }: Standardisation): Float32Array {
  const groups = mean.length;
  for (let i = 0; i < rows.length; i++) rows[i] = (rows[i]! - mean[i % groups]!) / deviation[i % groups]!;
  return rows;
}
