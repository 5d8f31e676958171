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
