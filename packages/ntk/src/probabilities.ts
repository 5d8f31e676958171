// Outputs of a regression on one-hot targets, [n, k] float64, read as class probabilities.

/** clamp(m, 0, 1) + 1e-6, normalised by row, [n, k]. Not calibrated. */
export function probabilitiesOf(mean: ArrayLike<number>, numClasses: number): Float64Array {
  const p = new Float64Array(mean.length);
  for (let row = 0; row < p.length; row += numClasses) {
    let sum = 0;
    for (let j = row; j < row + numClasses; j++) {
      const value = clipped(mean[j]!) + 1e-6;
      p[j] = value;
      sum += value;
    }
    for (let j = row; j < row + numClasses; j++) p[j]! /= sum;
  }
  return p;
}

/** p₁ − p₂ of the two largest entries of every row, [n]; 1 for a single class, NaN for a row that holds NaN. */
export function marginsOf(p: Float64Array, numClasses: number): Float64Array {
  return rowwise(p, numClasses, (row) => {
    let first = -Infinity;
    let second = -Infinity;
    for (const value of row) {
      if (value > first) [first, second] = [value, first];
      else if (value > second) second = value;
      else if (Number.isNaN(value)) return Number.NaN;
    }
    return numClasses === 1 ? 1 : first - second;
  });
}

/** `marginsOf` of `probabilitiesOf`, [n], without the probabilities: after every label, of a whole pool. */
export function marginsOfMeans(mean: ArrayLike<number>, numClasses: number): Float64Array {
  const margins = new Float64Array(mean.length / numClasses);
  for (let row = 0; row < margins.length; row++) margins[row] = marginOfMean(mean, row, numClasses);
  return margins;
}

/** The same of one row. */
export function marginOfMean(mean: ArrayLike<number>, row: number, numClasses: number): number {
  let sum = 0;
  let first = 0;
  let second = 0;
  for (let j = row * numClasses, end = j + numClasses; j < end; j++) {
    const p = clipped(mean[j]!) + 1e-6;
    sum += p;
    // The larger and the smaller of two by their difference: no branch that as good as half of the outputs would take.
    const gap = Math.abs(first - p);
    const lesser = 0.5 * (first + p - gap);
    first = 0.5 * (first + p + gap);
    second = 0.5 * (second + lesser + Math.abs(second - lesser));
  }
  // NaN has gone into all of them.
  return (first - second) / sum;
}

/** clamp(m, 0, 1), and NaN of NaN; (m + |m|)/2 is exactly m or 0, and no branch that half of the outputs would take. */
function clipped(m: number): number {
  const positive = 0.5 * (m + Math.abs(m));
  return positive > 1 ? 1 : positive;
}

/** −Σ p ln p of every row, [n], in nats. */
export function entropiesOf(p: Float64Array, numClasses: number): Float64Array {
  return rowwise(p, numClasses, (row) => row.reduce((h, v) => (v > 0 ? h - v * Math.log(v) : h), 0));
}

/** Position of the largest entry of a row; the first of equals. */
export function argmaxRow(values: ArrayLike<number>, row: number, numClasses: number): number {
  const from = row * numClasses;
  let best = 0;
  let largest = values[from]!;
  for (let j = 1; j < numClasses; j++) {
    const value = values[from + j]!;
    if (value > largest) {
      best = j;
      largest = value;
    }
  }
  return best;
}

/** Positions of the largest entry of every row, [n]. */
export function argmaxes(values: ArrayLike<number>, numClasses: number): Int32Array {
  const positions = new Int32Array(values.length / numClasses);
  for (let row = 0; row < positions.length; row++) positions[row] = argmaxRow(values, row, numClasses);
  return positions;
}

/** 1 at `index`, else 0, [numClasses]. */
export function oneHot(index: number, numClasses: number): Float64Array {
  const target = new Float64Array(numClasses);
  target[index] = 1;
  return target;
}

function rowwise(p: Float64Array, numClasses: number, f: (row: Float64Array) => number): Float64Array {
  return Float64Array.from({ length: p.length / numClasses }, (_, row) =>
    f(p.subarray(row * numClasses, (row + 1) * numClasses)),
  );
}

/** e_y − m of every row, [n, k], for the class y that the row predicts. */
export function pseudoResiduals(mean: Float64Array, numClasses: number): Float64Array {
  const residuals = mean.map((value) => -value);
  for (let row = 0; row * numClasses < mean.length; row++)
    residuals[row * numClasses + argmaxRow(mean, row, numClasses)]! += 1;
  return residuals;
}
