import { softmaxRows32 } from '@tangent/compute';
import { probabilitiesOf } from '@tangent/ntk';

/** How outputs become probabilities that are right as often as they say. */
export interface Calibration {
  /** Of the round; null where it could not calibrate. */
  readonly temperature: number | null;
  readonly loss: 'squared' | 'cross-entropy';
}

/**
 * The class probabilities that people see, [n, k] float32, of posterior means: softmax(m / T) with the temperature T of the
 * round, or clipped and normalised where a round could not calibrate. Under cross-entropy m are probabilities, and their
 * logarithms take the place of the outputs. Scores do not use them.
 */
export function shownProbabilities(
  mean: Float64Array,
  numClasses: number,
  { temperature, loss }: Calibration,
): Float32Array {
  if (temperature !== null && loss === 'squared') return softmaxRows32(mean, numClasses, temperature);
  const clipped = probabilitiesOf(mean, numClasses);
  if (temperature === null) return Float32Array.from(clipped);
  return softmaxRows32(clipped.map(Math.log), numClasses, temperature);
}
