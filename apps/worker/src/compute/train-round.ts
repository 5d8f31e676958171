import { strategyNamed } from '@tangent/acquisition';
import type { ComputeContext } from '@tangent/compute';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import { countCorrect, predictNetwork } from '@tangent/models';
import { encodeCheckpoint, type Network } from '@tangent/networks';
import type { LayerWeights } from '@tangent/ntk';
import { type CalibrationReport, calibrateRound } from './calibrate-round.js';
import { type Examples, examplesAt } from './examples.js';
import { type FeaturePlan, headOf, planFeatures } from './feature-plan.js';
import { fitNetwork, mostSteps } from './fit-network.js';
import type { HeadReport } from './prepare-head.js';
import { networkToTrain } from './training.js';
import { weighLayers } from './weigh-layers.js';

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
  /** Sizes that decide how the features are computed, and whether a worker can hold them. */
  readonly numPool: number;
  readonly numCandidates: number;
  readonly numEvaluation: number;
  readonly seed: number;
  /** Checkpoint of an imported network; empty: none. */
  readonly base: Uint8Array;
  /** Checkpoint of the round before, to train on from; empty: none. */
  readonly before: Uint8Array;
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
  readonly head: HeadReport | null;
}

/**
 * Trains the round's network, and the control arm's; measures both on the held-out items; calibrates; weighs the layers.
 * Throws ModelUnfitError, KernelTooLargeError, and what the training throws.
 */
export function trainRound(input: TrainInput, context: ComputeContext): TrainOutput {
  const { x, classes, controlRows, holdoutX, holdoutClasses, numClasses, model, seed } = input;
  const plain = networkToTrain(model, { ...input, from: input.base });
  // What the round before learnt came from all labels: the control arm and the calibration must not have seen them.
  const start = input.before.length > 0 ? networkToTrain(model, { ...input, from: input.before }) : plain;
  const hasControl = controlRows.length > 0 && holdoutClasses.length > 0;
  const total = mostSteps(model) * (hasControl ? 2 : 1);
  let done = 0;
  const hooks = {
    checkCancelled: context.checkCancelled,
    onProgress: () => {
      if (++done % 10 === 0) context.progress(done, total);
    },
  };
  const train = (from: Network, data: Examples) =>
    fitNetwork(from, data, { model, seed, isPretrained: from === plain }, hooks);
  const heldOut = (network: Network) =>
    countCorrect(predictNetwork(network, holdoutX, holdoutClasses.length), holdoutClasses, numClasses);

  const { network, loss, numSteps, head } = train(start, { x, classes });
  const trainAccuracy =
    countCorrect(predictNetwork(network, x, classes.length), classes, numClasses) / classes.length;
  const controlNetwork = () =>
    controlRows.length === classes.length && start === plain
      ? network
      : train(plain, examplesAt(input, controlRows)).network;
  const control = hasControl
    ? { numLabels: controlRows.length, numCorrect: heldOut(controlNetwork()) }
    : null;
  context.checkCancelled();
  const { sampleX, numSample, kernel } = input;
  return {
    checkpoint: encodeCheckpoint(network),
    loss,
    numSteps,
    trainAccuracy,
    numCorrect: holdoutClasses.length > 0 ? heldOut(network) : 0,
    control,
    layers: weighLayers(network, sampleX, numSample, headOf(kernel, seed), kernel.balanced, context),
    plan: planFeatures({
      network,
      strategy: strategyNamed(input.strategy),
      kernel,
      model,
      numItems: input.numPool,
      numCandidates: input.numCandidates,
      numEvaluation: input.numEvaluation,
      numLabeled: classes.length,
      numInputs: x.length / classes.length,
      seed,
    }),
    calibration: calibrateRound(network, plain, input, context),
    head,
  };
}
