/**
 * softmax(f/T) of every row, [n, k] float64; the largest entry is taken off first, so that nothing overflows.
 * Throws RangeError for outputs that are not finite and for T ≤ 0.
 */
export function softmaxRows(outputs: ArrayLike<number>, numClasses: number, temperature = 1): Float64Array {
  if (!(temperature > 0)) throw new RangeError(`softmax: the temperature ${temperature} must be positive`);
  const p = new Float64Array(outputs.length);
  for (let row = 0; row < p.length; row += numClasses) {
    let largest = -Infinity;
    for (let j = row; j < row + numClasses; j++) {
      if (!Number.isFinite(outputs[j]!))
        throw new RangeError(`softmax: output ${j - row} of row ${row / numClasses} is ${outputs[j]}`);
      largest = Math.max(largest, outputs[j]! / temperature);
    }
    let sum = 0;
    for (let j = row; j < row + numClasses; j++) {
      p[j] = Math.exp(outputs[j]! / temperature - largest);
      sum += p[j]!;
    }
    for (let j = row; j < row + numClasses; j++) p[j]! /= sum;
  }
  return p;
}

/** The same rounded to float32, for the whole of a large pool: nothing else of its size is made. Throws as softmaxRows does. */
export function softmaxRows32(outputs: ArrayLike<number>, numClasses: number, temperature = 1): Float32Array {
  if (!(temperature > 0)) throw new RangeError(`softmax: the temperature ${temperature} must be positive`);
  const p = new Float32Array(outputs.length);
  const powers = new Float64Array(numClasses);
  const scale = 1 / temperature;
  for (let row = 0; row < p.length; row += numClasses) {
    let largest = -Infinity;
    let all = 0;
    for (let j = 0; j < numClasses; j++) {
      const output = outputs[row + j]!;
      all += output;
      if (output > largest) largest = output;
    }
    // Names what is not a number.
    if (!Number.isFinite(all)) softmaxRows(Array.from(outputs), numClasses, temperature);
    let sum = 0;
    for (let j = 0; j < numClasses; j++) {
      const power = exp32((outputs[row + j]! - largest) * scale);
      powers[j] = power;
      sum += power;
    }
    const share = 1 / sum;
    for (let j = 0; j < numClasses; j++) p[row + j] = powers[j]! * share;
  }
  return p;
}

/** 2⁰, 2⁻¹, … down to the least double. */
const halvings = Float64Array.from({ length: 1076 }, (_, n) => 2 ** -n);

/**
 * eˣ of x ≤ 0 within 1e-8 of it, in a third of the time of Math.exp: 2ⁿ from a table, and the Taylor polynomial of degree 7 of
 * what is left, at most ln √2.
 */
function exp32(x: number): number {
  const n = (0.5 - x * Math.LOG2E) | 0;
  if (!(x > -700)) return 0;
  const r = x + n * Math.LN2;
  const poly =
    1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r / 5040))))));
  return halvings[n]! * poly;
}
