import { softmaxOnEngine } from '@tangent/compute';
import { probabilitiesOf } from '@tangent/ntk';

/**
 * The class probabilities that people see, [n, k] float32, of posterior means: softmax(m / T) with the temperature T of the
 * round, or clipped and normalised where a round could not calibrate. Under cross-entropy m are probabilities, and their
 * logarithms take the place of the outputs. Scores do not use them.
 */
export function shownProbabilities(
  mean: Float64Array,
  numClasses: number,
  calibration: { readonly temperature: number | null; readonly loss: 'squared' | 'cross-entropy' },
): Float32Array {
  const { temperature, loss } = calibration;
  if (temperature !== null && loss === 'squared') return softmaxOnEngine(mean, numClasses, temperature);
  const clipped = probabilitiesOf(mean, numClasses);
  if (temperature === null) return Float32Array.from(clipped);
  return softmaxOnEngine(clipped.map(Math.log), numClasses, temperature);
}
