import type { ComputeContext } from '@tangent/compute';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import {
  buildNetwork,
  countCorrect,
  defaultTraining,
  predictNetwork,
  type Trained,
  type TrainingConfig,
  trainNetwork,
} from '@tangent/models';
import { encodeCheckpoint } from '@tangent/networks';
import { gradientFactors, type LayerWeights, layerWeights } from '@tangent/ntk';
import { headOf } from './head.js';

export interface TrainInput {
  /** Labeled items, [n, numInputs]. */
  readonly x: Float32Array;
  readonly classes: Int32Array;
  /** Rows whose label was chosen at random; empty: no control arm. */
  readonly controlRows: Int32Array;
  /** Held-out items, [m, numInputs]. */
  readonly holdoutX: Float32Array;
  readonly holdoutClasses: Int32Array;
  /** Sample of the pool that balances the layers, [s, numInputs]. */
  readonly sampleX: Float32Array;
  readonly numSample: number;
  readonly numInputs: number;
  readonly numClasses: number;
  readonly model: ModelConfig;
  readonly kernel: KernelConfig;
  readonly seed: number;
}

export interface TrainOutput {
  readonly checkpoint: Uint8Array;
  readonly loss: number;
  readonly trainAccuracy: number;
  /** Right answers on the held-out items. */
  readonly numCorrect: number;
  readonly control: { readonly numLabels: number; readonly numCorrect: number } | null;
  readonly layers: LayerWeights;
}

/** Trains the round's model, and the control arm's; measures both on the held-out items; weighs the layers. */
export function trainRound(input: TrainInput, context: ComputeContext): TrainOutput {
  const { x, classes, controlRows, holdoutX, holdoutClasses, numInputs, numClasses, seed } = input;
  const { kind, hidden, steps, learningRate, loss: lossName } = input.model;
  const config: TrainingConfig = {
    ...defaultTraining,
    steps,
    loss: lossName,
    optimizer: { ...defaultTraining.optimizer, learningRate },
  };
  const fresh = buildNetwork({ kind, hidden, activation: 'relu' }, [numInputs], numClasses, seed);
  const hasControl = controlRows.length > 0;
  const total = config.steps * (hasControl ? 2 : 1);
  const train = (rowsX: Float32Array, rowsClasses: Int32Array, done: number) =>
    trainNetwork(fresh, { x: rowsX, classes: rowsClasses }, config, seed, {
      checkCancelled: context.checkCancelled,
      onProgress: (step) => {
        if (step % 10 === 0) context.progress(done + step, total);
      },
    });
  const heldOut = (network: Trained['network']) =>
    countCorrect(predictNetwork(network, holdoutX, holdoutClasses.length), holdoutClasses, numClasses);

  const { network, loss } = train(x, classes, 0);
  const trainAccuracy =
    countCorrect(predictNetwork(network, x, classes.length), classes, numClasses) / classes.length;
  let control: TrainOutput['control'] = null;
  if (hasControl && holdoutClasses.length > 0) {
    const controlX = new Float32Array(controlRows.length * numInputs);
    controlRows.forEach((row, i) => {
      controlX.set(x.subarray(row * numInputs, (row + 1) * numInputs), i * numInputs);
    });
    const controlNetwork =
      controlRows.length === classes.length
        ? network
        : train(
            controlX,
            Int32Array.from(controlRows, (row) => classes[row]!),
            config.steps,
          ).network;
    control = { numLabels: controlRows.length, numCorrect: heldOut(controlNetwork) };
  }
  const sample = gradientFactors(network, input.sampleX, input.numSample, headOf(input.kernel.type, seed));
  return {
    checkpoint: encodeCheckpoint(network),
    loss,
    trainAccuracy,
    numCorrect: holdoutClasses.length > 0 ? heldOut(network) : 0,
    control,
    layers: layerWeights(sample, input.kernel.balanced),
  };
}
