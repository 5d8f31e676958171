import { type ComputeContext, createRandom } from '@tangent/compute';
import { calibrate, predictNetwork, trainNetwork } from '@tangent/models';
import type { Network } from '@tangent/networks';
import { examplesAt } from './examples.js';
import type { TrainInput } from './train-round.js';
import { trainingOf } from './training.js';

/** How the outputs become the probabilities that people see, and how well they fit before and after. */
export interface CalibrationReport {
  readonly temperature: number;
  /** Expected calibration error. */
  readonly eceBefore: number;
  readonly eceAfter: number;
  readonly numExamples: number;
  /** On the held-out items, or on a fifth of the labels that a second network was not trained on. */
  readonly on: 'holdout' | 'split';
}

/** Fewer examples say little about a temperature. */
const fewest = 50;

/**
 * The temperature of a round: of held-out items where there are enough; else, for networks that train in a moment, of a
 * fifth of the labels that the same network, trained on the others, has not seen. Null where there are too few labels:
 * a network's outputs on its own training labels would make it look far too sure.
 */
export function calibrateRound(
  network: Network,
  start: Network,
  input: TrainInput,
  context: ComputeContext,
): CalibrationReport | null {
  const { holdoutX, holdoutClasses, classes, model, numClasses, seed } = input;
  const report = (outputs: Float32Array, truth: Int32Array, on: CalibrationReport['on']) => {
    const { temperature, eceBefore, eceAfter } = calibrate({ outputs, classes: truth, numClasses });
    return { temperature, eceBefore, eceAfter, numExamples: truth.length, on };
  };
  if (holdoutClasses.length >= fewest)
    return report(predictNetwork(network, holdoutX, holdoutClasses.length), holdoutClasses, 'holdout');
  const isQuick = model.kind === 'linear' || model.kind === 'mlp';
  const numLeft = Math.floor(classes.length / 5);
  if (!isQuick || numLeft < fewest) return null;
  const order = createRandom(seed).fork('calibration').permutation(classes.length);
  const rest = examplesAt(input, order.slice(numLeft));
  const config = trainingOf(model, network, rest.classes.length);
  const other = trainNetwork(start, rest, config, seed, { checkCancelled: context.checkCancelled }).network;
  const left = examplesAt(input, order.slice(0, numLeft));
  return report(predictNetwork(other, left.x, numLeft), left.classes, 'split');
}
