import type { LossName } from './training/training-config.js';

/** softmax(f/T) of every row, [n, k] float64. */
export function softmaxRows(outputs: ArrayLike<number>, numClasses: number, temperature = 1): Float64Array {
  const p = new Float64Array(outputs.length);
  for (let row = 0; row < p.length; row += numClasses) {
    let largest = -Infinity;
    for (let j = row; j < row + numClasses; j++) largest = Math.max(largest, outputs[j]! / temperature);
    let sum = 0;
    for (let j = row; j < row + numClasses; j++) {
      p[j] = Math.exp(outputs[j]! / temperature - largest);
      sum += p[j]!;
    }
    for (let j = row; j < row + numClasses; j++) p[j]! /= sum;
  }
  return p;
}

/**
 * Outputs read as class probabilities, [n, k] float64: softmax(f) after cross-entropy; after squared loss, which fits
 * one-hot targets, clamp(f, 0, 1) + 1e-6, normalised by row. Not calibrated: see `calibrate`.
 */
export function classProbabilities(
  outputs: ArrayLike<number>,
  numClasses: number,
  loss: LossName,
): Float64Array {
  if (loss === 'cross-entropy') return softmaxRows(outputs, numClasses);
  const p = new Float64Array(outputs.length);
  for (let row = 0; row < p.length; row += numClasses) {
    let sum = 0;
    for (let j = row; j < row + numClasses; j++) {
      p[j] = Math.min(1, Math.max(0, outputs[j]!)) + 1e-6;
      sum += p[j]!;
    }
    for (let j = row; j < row + numClasses; j++) p[j]! /= sum;
  }
  return p;
}
