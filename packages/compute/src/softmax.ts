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

/** 2ⁿ for −512 ≤ n < 512. */
const powersOfTwo = Float64Array.from({ length: 1024 }, (_, at) => 2 ** (at - 512));

/**
 * The same rounded to float32, for the whole of a large pool after every label: nothing else of its size is made. eˣ is 2ⁿ from a
 * table times the Taylor polynomial of degree 7 of what is left, at most ln √2: within 1e-8 of it, in half of the time that
 * Math.exp takes. Throws as softmaxRows does.
 */
export function softmaxRows32(outputs: ArrayLike<number>, numClasses: number, temperature = 1): Float32Array {
  if (!(temperature > 0)) throw new RangeError(`softmax: the temperature ${temperature} must be positive`);
  const p = new Float32Array(outputs.length);
  const powers = new Float64Array(numClasses);
  const scale = 1 / temperature;
  for (let row = 0; row < p.length; row += numClasses) {
    // Any of the row would do: to find the largest takes branches that are guessed wrong.
    const origin = outputs[row]!;
    let sum = 0;
    for (let j = 0; j < numClasses; j++) {
      const x = (outputs[row + j]! - origin) * scale;
      const n = Math.floor(0.5 + x * Math.LOG2E);
      const r = x - n * Math.LN2;
      const rr = r * r;
      const high = 1 / 24 + r / 120 + rr * (1 / 720 + r / 5040);
      const power = powersOfTwo[n + 512]! * (1 + r + rr * (0.5 + r / 6 + rr * high));
      powers[j] = power;
      sum += power;
    }
    // Outside of the table, or no number.
    if (!Number.isFinite(sum)) return Float32Array.from(softmaxRows(outputs, numClasses, temperature));
    const share = 1 / sum;
    for (let j = 0; j < numClasses; j++) p[row + j] = powers[j]! * share;
  }
  return p;
}
