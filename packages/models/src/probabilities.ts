import { softmaxRows } from '@tangent/compute';
import type { LossName } from './training/training-config.js';

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
