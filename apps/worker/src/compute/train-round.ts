import { strategyNamed } from '@tangent/acquisition';
import type { ComputeContext } from '@tangent/compute';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import { countCorrect, predictNetwork, trainNetwork } from '@tangent/models';
import { encodeCheckpoint, type Network } from '@tangent/networks';
import { gradientFactors, type LayerWeights, layerWeights } from '@tangent/ntk';
import { type CalibrationReport, calibrateRound } from './calibrate-round.js';
import { type FeaturePlan, headOf, planFeatures } from './feature-plan.js';
import { networkToTrain, trainingOf } from './training.js';

export interface TrainInput {
  /** Labeled items, [n, …inputShape]. */
  readonly x: Float32Array;
  readonly classes: Int32Array;
  /** Rows whose label was chosen at random; empty: no control arm. */
  readonly controlRows: Int32Array;
  /** Held-out items, [m, …inputShape]. */
  readonly holdoutX: Float32Array;
  readonly holdoutClasses: Int32Array;
  /** Sample of the pool that balances the layers, [s, …inputShape]. */
  readonly sampleX: Float32Array;
  readonly numSample: number;
  readonly inputShape: readonly number[];
  readonly numClasses: number;
  readonly model: ModelConfig;
  readonly kernel: KernelConfig;
  readonly strategy: string;
  /** Items of the pool: they decide whether its features are exact. */
  readonly numPool: number;
  readonly seed: number;
  /** Checkpoint to train on from; empty: none. */
  readonly from: Uint8Array;
}

export interface TrainOutput {
  readonly checkpoint: Uint8Array;
  readonly loss: number;
  readonly numSteps: number;
  readonly trainAccuracy: number;
  /** Right answers on the held-out items. */
  readonly numCorrect: number;
  readonly control: { readonly numLabels: number; readonly numCorrect: number } | null;
  readonly layers: LayerWeights;
  readonly plan: FeaturePlan;
  readonly calibration: CalibrationReport | null;
}

/**
 * Trains the round's network, and the control arm's; measures both on the held-out items; calibrates; weighs the layers.
 * Throws ModelUnfitError, KernelTooLargeError, and what the training throws.
 */
export function trainRound(input: TrainInput, context: ComputeContext): TrainOutput {
  const { x, classes, controlRows, holdoutX, holdoutClasses, numClasses, model, seed } = input;
  const start = networkToTrain(model, input);
  const hasControl = controlRows.length > 0 && holdoutClasses.length > 0;
  const config = trainingOf(model, classes.length);
  const total = config.steps * (hasControl ? 2 : 1);
  const train = (rows: Int32Array | null, done: number) =>
    trainNetwork(start, rows ? examplesAt(input, rows) : { x, classes }, config, seed, {
      checkCancelled: context.checkCancelled,
      onProgress: (step) => {
        if (step % 10 === 0) context.progress(done + step, total);
      },
    });
  const heldOut = (network: Network) =>
    countCorrect(predictNetwork(network, holdoutX, holdoutClasses.length), holdoutClasses, numClasses);

  const { network, loss, numSteps } = train(null, 0);
  const trainAccuracy =
    countCorrect(predictNetwork(network, x, classes.length), classes, numClasses) / classes.length;
  const controlNetwork = () =>
    controlRows.length === classes.length ? network : train(controlRows, config.steps).network;
  const control = hasControl
    ? { numLabels: controlRows.length, numCorrect: heldOut(controlNetwork()) }
    : null;
  context.checkCancelled();
  const sample = gradientFactors(network, input.sampleX, input.numSample, headOf(input.kernel, seed));
  return {
    checkpoint: encodeCheckpoint(network),
    loss,
    numSteps,
    trainAccuracy,
    numCorrect: holdoutClasses.length > 0 ? heldOut(network) : 0,
    control,
    layers: layerWeights(sample, input.kernel.balanced),
    plan: planFeatures({
      network,
      strategy: strategyNamed(input.strategy),
      kernel: input.kernel,
      numItems: input.numPool,
      seed,
    }),
    calibration: calibrateRound(network, start, input, context),
  };
}

/** Some of the labeled items. */
export function examplesAt(
  { x, classes }: Pick<TrainInput, 'x' | 'classes'>,
  rows: Int32Array,
): { readonly x: Float32Array; readonly classes: Int32Array } {
  const width = x.length / classes.length;
  const taken = new Float32Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(x.subarray(row * width, (row + 1) * width), i * width);
  });
  return { x: taken, classes: rows.map((row) => classes[row]!) };
}
