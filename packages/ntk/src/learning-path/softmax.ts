/**
 * softmax(f/τ) of every row, [n, k] float64; the largest entry is taken off first, so that nothing overflows.
 * Throws RangeError for outputs that are not finite and for τ ≤ 0.
 */
export function softmaxRows(outputs: ArrayLike<number>, numClasses: number, temperature = 1): Float64Array {
  if (!(temperature > 0)) throw new RangeError(`softmax: the temperature ${temperature} must be positive`);
  const q = new Float64Array(outputs.length);
  for (let row = 0; row < q.length; row += numClasses) {
    let largest = -Infinity;
    for (let j = row; j < row + numClasses; j++) {
      if (!Number.isFinite(outputs[j]!))
        throw new RangeError(`softmax: output ${j - row} of row ${row / numClasses} is ${outputs[j]}`);
      largest = Math.max(largest, outputs[j]!);
    }
    let sum = 0;
    for (let j = row; j < row + numClasses; j++) {
      q[j] = Math.exp((outputs[j]! - largest) / temperature);
      sum += q[j]!;
    }
    for (let j = row; j < row + numClasses; j++) q[j]! /= sum;
  }
  return q;
}
