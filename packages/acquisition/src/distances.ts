// Rows of a matrix [n, width] row-major. Sums run in a fixed order: equal rows have exactly the same distances.

/** Σ (a_i − a_j)², in float64. */
export function squaredDistance(values: Float32Array, width: number, i: number, j: number): number {
  let sum = 0;
  for (let t = 0, a = i * width, b = j * width; t < width; t++, a++, b++) {
    const gap = values[a]! - values[b]!;
    sum += gap * gap;
  }
  return sum;
}

/** Σ a_i · b_j, in float64. */
export function dotOfRows(
  a: Float32Array | Float64Array,
  i: number,
  b: Float32Array | Float64Array,
  j: number,
  width: number,
): number {
  let sum = 0;
  for (let t = 0, at = i * width, bt = j * width; t < width; t++, at++, bt++) sum += a[at]! * b[bt]!;
  return sum;
}
