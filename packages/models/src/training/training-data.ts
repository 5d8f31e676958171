import { smoothTargetsInPlace } from '@tangent/compute';
import { type Network, numOutputsOf } from '@tangent/networks';
import { assertInputs } from '../network-parts.js';
import type { TrainingConfig } from './training-config.js';

/** n examples of k classes. */
export interface TrainingData {
  /** [n, …inputShape] float32. */
  readonly x: Float32Array;
  /** Class of every example, 0 … k − 1. */
  readonly classes: Int32Array;
  /** Targets in place of the one-hot classes, [n, k], such as those of Filter-KD (Ren et al. 2022). */
  readonly softTargets?: Float32Array;
}

/** Throws RangeError for data that does not fit the network, and for NaN. */
export function assertTrainable(network: Network, data: TrainingData, caller = 'trainNetwork'): void {
  const { x, classes, softTargets } = data;
  const k = numOutputsOf(network);
  if (classes.length === 0) throw new RangeError(`${caller}: no examples to train on`);
  assertInputs(network, x, classes.length, caller);
  for (const c of classes)
    if (!(c >= 0 && c < k)) throw new RangeError(`${caller}: class ${c} is not one of 0 … ${k - 1}`);
  if (!softTargets) return;
  if (softTargets.length !== classes.length * k)
    throw new RangeError(
      `${caller}: ${softTargets.length} soft targets are not ${classes.length} examples of ${k} classes`,
    );
  const bad = softTargets.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0)
    throw new RangeError(
      `${caller}: the soft targets of example ${Math.floor(bad / k)} hold ${softTargets[bad]}`,
    );
}

/** What the network is to give, [n, k]: one-hot or soft targets, smoothed. */
export function targetsOf(
  { classes, softTargets }: TrainingData,
  numClasses: number,
  { labelSmoothing }: TrainingConfig,
): Float32Array {
  const targets = softTargets ? softTargets.slice() : new Float32Array(classes.length * numClasses);
  if (!softTargets)
    classes.forEach((c, i) => {
      targets[i * numClasses + c] = 1;
    });
  if (labelSmoothing > 0) smoothTargetsInPlace(targets, numClasses, labelSmoothing);
  return targets;
}

/** Rows of a matrix [·, width], one after the other. */
export function rowsOf(values: Float32Array, width: number, rows: Int32Array): Float32Array {
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(values.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}
