/** Parameters that turn raw numbers into inputs of mean 0 and variance 1. */
export interface Standardisation {
  readonly mean: readonly number[];
  readonly deviation: readonly number[];
}

/** A deviation below this share of the mean is rounding: the column is constant. */
const constantBelow = 1e-6;

/**
 * Mean and standard deviation of rows, [n, width]: one of each for all columns (`global`, for pixels), or one a column.
 * A constant column keeps deviation 1. Throws RangeError for no rows, rows of another width, and numbers not finite.
 */
export function fitStandardisation(
  rows: Float32Array,
  width: number,
  mode: 'global' | 'column',
): Standardisation {
  if (rows.length === 0 || rows.length % width !== 0)
    throw new RangeError(`fitStandardisation: ${rows.length} numbers do not make rows of ${width}`);
  const groups = mode === 'global' ? 1 : width;
  const count = rows.length / groups;
  const mean = new Float64Array(groups);
  const square = new Float64Array(groups);
  for (let i = 0; i < rows.length; i++) mean[i % groups]! += rows[i]! / count;
  for (let i = 0; i < rows.length; i++) square[i % groups]! += (rows[i]! - mean[i % groups]!) ** 2 / count;
  const bad = square.findIndex((s) => !Number.isFinite(s));
  if (bad >= 0) throw new RangeError(`fitStandardisation: column ${bad} holds NaN or infinity`);
  const deviation = Array.from(square, (s, g) => {
    const d = Math.sqrt(s);
    return d > constantBelow * Math.abs(mean[g]!) ? d : 1;
  });
  return { mean: Array.from(mean), deviation };
}

/** (x − mean) / deviation, in place; the same array is returned. Throws RangeError for rows of another width. */
export function standardiseInPlace(rows: Float32Array, { mean, deviation }: Standardisation): Float32Array {
  const groups = mean.length;
  if (rows.length % groups !== 0)
    throw new RangeError(`standardiseInPlace: ${rows.length} numbers do not make rows of ${groups}`);
  for (let i = 0; i < rows.length; i++) rows[i] = (rows[i]! - mean[i % groups]!) / deviation[i % groups]!;
  return rows;
}
