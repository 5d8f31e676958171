import { createRandom } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';
import { Adam } from './adam.js';
import { createMlp, type Mlp, type MlpConfig } from './mlp.js';
import { batchOf, lossGradients } from './mlp-tensors.js';

/** The training went to NaN or infinity; the message says when. */
export class TrainingDivergedError extends Error {
  override readonly name = 'TrainingDivergedError';
  readonly code = 'training-diverged';
}

export interface TrainingData {
  /** [n, numInputs] float32. */
  readonly x: Float32Array;
  /** Class of every example, 0 … numClasses − 1. */
  readonly classes: Int32Array;
  readonly numInputs: number;
  readonly numClasses: number;
}

export interface TrainingHooks {
  readonly onProgress?: (done: number, total: number) => void;
  /** Called between steps; throws to stop. */
  readonly checkCancelled?: () => void;
}

/**
 * Trains a perceptron from scratch by Adam on the mean over examples of Σ_k (f − y)², or of the cross-entropy of
 * softmax(f). Products run on the tensor engine. All examples take part in every step up to batchSize of them, else as
 * many, drawn anew. The same data, config, seed and engine give the same weights, bit for bit.
 * `loss` is that of the last step, before its update. Cost per step 6 · batch · weights flops.
 * Throws TrainingDivergedError, and RangeError for data that does not fit.
 */
export function trainMlp(
  data: TrainingData,
  config: MlpConfig,
  seed: number,
  hooks: TrainingHooks = {},
): { readonly model: Mlp; readonly loss: number } {
  assertTrainable(data);
  const { numInputs, numClasses } = data;
  const n = data.classes.length;
  const model = createMlp(numInputs, numClasses, config, seed);
  const optimisers = model.layers.map((layer) => ({
    weights: new Adam(layer.weights, config),
    bias: new Adam(layer.bias, config),
  }));
  const order = createRandom(seed).fork('mlp batches');
  const isFullBatch = n <= config.batchSize;
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const nextBatch = () => batchOf(data, isFullBatch ? all : order.sample(n, config.batchSize));

  let loss = Number.NaN;
  let batch = nextBatch();
  try {
    for (let step = 1; step <= config.steps; step++) {
      hooks.checkCancelled?.();
      if (step > 1 && !isFullBatch) {
        tf.dispose({ ...batch });
        batch = nextBatch();
      }
      const gradients = lossGradients(model.layers, batch, config.loss);
      loss = gradients.loss;
      if (!Number.isFinite(loss)) throw diverged(`the loss is ${loss}`, step, config);
      gradients.layers.forEach((gradient, l) => {
        optimisers[l]!.weights.step(gradient.weights);
        optimisers[l]!.bias.step(gradient.bias);
      });
      hooks.onProgress?.(step, config.steps);
    }
  } finally {
    tf.dispose({ ...batch });
  }
  for (const { name, weights, bias } of model.layers)
    if (!weights.every(Number.isFinite) || !bias.every(Number.isFinite))
      throw diverged(`layer ${name} holds NaN or infinity`, config.steps, config);
  return { model, loss };
}

function diverged(what: string, step: number, config: MlpConfig): TrainingDivergedError {
  return new TrainingDivergedError(
    `training diverged: ${what} at step ${step}; lower the learning rate (${config.learningRate})`,
  );
}

function assertTrainable({ x, classes, numInputs, numClasses }: TrainingData): void {
  const n = classes.length;
  if (n === 0) throw new RangeError('trainMlp: no examples to train on');
  if (x.length !== n * numInputs)
    throw new RangeError(`trainMlp: ${x.length} numbers do not make ${n} examples of ${numInputs} inputs`);
  for (let i = 0; i < x.length; i++)
    if (!Number.isFinite(x[i]!))
      throw new RangeError(
        `trainMlp: example ${Math.floor(i / numInputs)} holds ${x[i]}; all inputs must be finite`,
      );
  for (const c of classes)
    if (!(c >= 0 && c < numClasses))
      throw new RangeError(`trainMlp: class ${c} is not one of 0 … ${numClasses - 1}`);
}
