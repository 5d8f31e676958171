import * as tf from '@tensorflow/tfjs-core';
import { Scratch } from './scratch.js';

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

const logits = new Scratch(Float32Array);

/**
 * The same in float32 on the tensor engine, [n, k], within about 1e-7 for each unit that the f/T of a row lie apart: for the whole
 * of a large pool, of which it takes a fraction of the time. Throws as softmaxRows does.
 */
export function softmaxOnEngine(
  outputs: ArrayLike<number>,
  numClasses: number,
  temperature = 1,
): Float32Array {
  if (!(temperature > 0)) throw new RangeError(`softmax: the temperature ${temperature} must be positive`);
  const scaled = logits.take(outputs.length);
  const scale = 1 / temperature;
  let sum = 0;
  for (let row = 0; row < scaled.length; row += numClasses) {
    // Of the float64 numbers, so that float32 keeps their differences; the largest is taken off by the engine.
    const origin = outputs[row]!;
    for (let j = row; j < row + numClasses; j++) {
      const value = (outputs[j]! - origin) * scale;
      scaled[j] = value;
      sum += value;
    }
  }
  if (!Number.isFinite(sum)) return Float32Array.from(softmaxRows(outputs, numClasses, temperature));
  const p = tf.tidy(() => tf.softmax(tf.tensor2d(scaled, [scaled.length / numClasses, numClasses])));
  try {
    return p.dataSync<'float32'>() as Float32Array;
  } finally {
    p.dispose();
  }
}
