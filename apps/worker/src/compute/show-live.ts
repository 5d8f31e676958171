import { areFinite, type ComputeContext } from '@tangent/compute';
import { argmaxRow } from '@tangent/ntk';
import { type Calibration, shownProbabilities } from './shown-probabilities.js';

/** What people see of the means of a live state. */
export interface ShowInput extends Calibration {
  /** Posterior means, [n, k]; of a live state in shared memory, and not written meanwhile. */
  readonly mean: Float64Array;
  /** The classes that were predicted when this was last asked, [n], in shared memory; those of now afterwards. */
  readonly predicted: Int32Array;
  readonly numClasses: number;
}

export interface Shown {
  /** [n, k]. */
  readonly probabilities: Float32Array;
  /** Items whose predicted class is another one than the last time. */
  readonly numFlips: number;
}

/**
 * All probabilities of a pool, and how many predictions have changed: while another thread finds the order. Throws RangeError
 * for means that are not finite.
 */
export function showLive(
  { mean, predicted, numClasses, temperature, loss }: ShowInput,
  context: ComputeContext,
): Shown {
  if (!areFinite(mean))
    throw new RangeError('the predictions of the pool are not all finite numbers; start a new round');
  const probabilities = shownProbabilities(mean, numClasses, { temperature, loss });
  context.transfer(probabilities);
  return { probabilities, numFlips: followPredictions(mean, numClasses, predicted) };
}

/** The classes that are predicted now, into `predicted`: another one as soon as it is larger. How many have changed. */
function followPredictions(mean: Float64Array, k: number, predicted: Int32Array): number {
  let numFlips = 0;
  for (let item = 0, at = 0; item < predicted.length; item++) {
    const stood = mean[at + predicted[item]!]!;
    // Twice what is above it in all: a sum, because branches on so many numbers are guessed wrong.
    let above = 0;
    for (const end = at + k; at < end; at++) {
      const difference = mean[at]! - stood;
      above += difference + Math.abs(difference);
    }
    if (above === 0) continue;
    predicted[item] = argmaxRow(mean, item, k);
    numFlips++;
  }
  return numFlips;
}
