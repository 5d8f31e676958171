import type { ComputeContext } from '@tangent/compute';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import { countCorrect, defaultMlpConfig, encodeCheckpoint, predictMlp, trainMlp } from '@tangent/models';
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
  const config = {
    ...defaultMlpConfig,
    hidden: input.model.hidden,
    steps: input.model.steps,
    learningRate: input.model.learningRate,
    loss: input.model.loss,
  };
  const hasControl = controlRows.length > 0;
  const total = config.steps * (hasControl ? 2 : 1);
  const train = (rowsX: Float32Array, rowsClasses: Int32Array, done: number) =>
    trainMlp({ x: rowsX, classes: rowsClasses, numInputs, numClasses }, config, seed, {
      checkCancelled: context.checkCancelled,
      onProgress: (step) => {
        if (step % 10 === 0) context.progress(done + step, total);
      },
    });
  const heldOut = (model: ReturnType<typeof train>['model']) =>
    countCorrect(predictMlp(model, holdoutX, holdoutClasses.length), holdoutClasses, numClasses);

  const { model, loss } = train(x, classes, 0);
  const trainAccuracy =
    countCorrect(predictMlp(model, x, classes.length), classes, numClasses) / classes.length;
  let control: TrainOutput['control'] = null;
  if (hasControl && holdoutClasses.length > 0) {
    const controlX = new Float32Array(controlRows.length * numInputs);
    controlRows.forEach((row, i) => {
      controlX.set(x.subarray(row * numInputs, (row + 1) * numInputs), i * numInputs);
    });
    const controlModel =
      controlRows.length === classes.length
        ? model
        : train(
            controlX,
            Int32Array.from(controlRows, (row) => classes[row]!),
            config.steps,
          ).model;
    control = { numLabels: controlRows.length, numCorrect: heldOut(controlModel) };
  }
  const sample = gradientFactors(model, input.sampleX, input.numSample, headOf(input.kernel.type, seed));
  return {
    checkpoint: encodeCheckpoint(model),
    loss,
    trainAccuracy,
    numCorrect: holdoutClasses.length > 0 ? heldOut(model) : 0,
    control,
    layers: layerWeights(sample, input.kernel.balanced),
  };
}
