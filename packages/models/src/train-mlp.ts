import { createRandom } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';
import { createMlp, type Mlp, type MlpConfig, type MlpLayer } from './mlp.js';

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
 * Trains a perceptron from scratch by Adam (Kingma & Ba 2015) on the mean over examples of Σ_k (f − y)², or of the
 * cross-entropy of softmax(f). Forward and backward products run on the tensor engine, the rest in place on the weights.
 * The same data, config, seed and engine give the same weights, bit for bit. Cost per step 6·batch·weights flops.
 * Throws TrainingDivergedError, and RangeError for data that does not fit.
 */
export function trainMlp(
  data: TrainingData,
  config: MlpConfig,
  seed: number,
  hooks: TrainingHooks = {},
): { readonly model: Mlp; readonly loss: number } {
  const { x, classes, numInputs, numClasses } = data;
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

  const model = createMlp(numInputs, numClasses, config, seed);
  const optimisers = model.layers.map((layer) => ({
    weights: new Adam(layer.weights, config),
    bias: new Adam(layer.bias, config),
  }));
  const order = createRandom(seed).fork('mlp batches');
  const all = Int32Array.from({ length: n }, (_, i) => i);
  let loss = Number.NaN;
  for (let step = 1; step <= config.steps; step++) {
    hooks.checkCancelled?.();
    const rows = n <= config.batchSize ? all : order.sample(n, config.batchSize);
    const gradients = lossGradients(model.layers, data, rows, config.loss);
    loss = gradients.loss;
    if (!Number.isFinite(loss))
      throw new TrainingDivergedError(
        `training diverged: the loss is ${loss} at step ${step}; lower the learning rate (${config.learningRate})`,
      );
    gradients.layers.forEach((gradient, l) => {
      optimisers[l]!.weights.step(gradient.weights);
      optimisers[l]!.bias.step(gradient.bias);
    });
    hooks.onProgress?.(step, config.steps);
  }
  return { model, loss };
}

/** f(x) of every row, [n, numClasses] float32, in chunks of bounded memory. */
export function predictMlp(model: Mlp, x: Float32Array, numExamples: number, chunk = 4096): Float32Array {
  const numInputs = model.layers[0]!.numInputs;
  const numClasses = model.layers.at(-1)!.numOutputs;
  const outputs = new Float32Array(numExamples * numClasses);
  for (let from = 0; from < numExamples; from += chunk) {
    const rows = Math.min(chunk, numExamples - from);
    const part = tf.tidy(
      () =>
        activations(
          model.layers.map(toTensors),
          tf.tensor2d(x.subarray(from * numInputs, (from + rows) * numInputs), [rows, numInputs]),
        ).at(-1)!,
    );
    outputs.set(part.dataSync<'float32'>() as Float32Array, from * numClasses);
    part.dispose();
  }
  return outputs;
}

interface LayerTensors {
  readonly weights: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  readonly activation: MlpLayer['activation'];
}
const toTensors = (layer: MlpLayer): LayerTensors => ({
  weights: tf.tensor2d(layer.weights, [layer.numInputs, layer.numOutputs]),
  bias: tf.tensor1d(layer.bias),
  activation: layer.activation,
});

/** Input and output of every layer: x, a₁, …, f. */
function activations(layers: readonly LayerTensors[], x: tf.Tensor2D): tf.Tensor2D[] {
  const found = [x];
  for (const { weights, bias, activation } of layers) {
    const z = tf.add(tf.matMul(found.at(-1)!, weights), bias) as tf.Tensor2D;
    found.push(activation === 'relu' ? tf.relu(z) : z);
  }
  return found;
}

/** The loss on the given rows and its gradients, by backpropagation in products of matrices. */
function lossGradients(
  layers: readonly MlpLayer[],
  data: TrainingData,
  rows: Int32Array,
  lossName: MlpConfig['loss'],
): {
  readonly loss: number;
  readonly layers: readonly { readonly weights: Float32Array; readonly bias: Float32Array }[];
} {
  const { numInputs, numClasses } = data;
  const n = rows.length;
  const x = new Float32Array(n * numInputs);
  rows.forEach((row, i) => {
    x.set(data.x.subarray(row * numInputs, (row + 1) * numInputs), i * numInputs);
  });
  const target = new Float32Array(n * numClasses);
  rows.forEach((row, i) => {
    target[i * numClasses + data.classes[row]!] = 1;
  });

  const tensors = tf.tidy(() => {
    const parts = layers.map(toTensors);
    const acts = activations(parts, tf.tensor2d(x, [n, numInputs]));
    const outputs = acts.at(-1)!;
    const y = tf.tensor2d(target, [n, numClasses]);
    const difference = tf.sub(lossName === 'squared' ? outputs : tf.softmax(outputs), y);
    const losses =
      lossName === 'squared'
        ? tf.square(difference)
        : tf.neg(tf.mul(y, tf.log(tf.add(tf.softmax(outputs), 1e-12))));
    const loss = tf.div(tf.sum(losses), n);
    let delta = tf.mul(difference, (lossName === 'squared' ? 2 : 1) / n) as tf.Tensor2D;
    const gradients: tf.Tensor[] = [];
    for (let l = layers.length - 1; l >= 0; l--) {
      // Transposed explicitly: the wasm engine's transposing product is a plain loop, 20 times slower.
      gradients.unshift(tf.matMul(tf.transpose(acts[l]!), delta), tf.sum(delta, 0));
      // relu′ is 0 where the unit is off; acts[l] is the output of layer l − 1.
      if (l > 0)
        delta = tf.mul(tf.matMul(delta, tf.transpose(parts[l]!.weights)), tf.step(acts[l]!)) as tf.Tensor2D;
    }
    return [loss, ...gradients];
  });
  const [loss, ...gradients] = tensors.map((t) => t.dataSync<'float32'>() as Float32Array);
  tf.dispose(tensors);
  return {
    loss: loss![0]!,
    layers: layers.map((_, l) => ({ weights: gradients[2 * l]!, bias: gradients[2 * l + 1]! })),
  };
}

/** Adam over one parameter array, in place. */
class Adam {
  private readonly mean: Float32Array;
  private readonly square: Float32Array;
  private t = 0;
  constructor(
    private readonly parameters: Float32Array,
    private readonly config: Pick<MlpConfig, 'learningRate' | 'beta1' | 'beta2'>,
  ) {
    this.mean = new Float32Array(parameters.length);
    this.square = new Float32Array(parameters.length);
  }

  step(gradient: Float32Array): void {
    const { learningRate, beta1, beta2 } = this.config;
    const { parameters, mean, square } = this;
    this.t++;
    const rate = learningRate / (1 - beta1 ** this.t);
    const scale = 1 / (1 - beta2 ** this.t);
    for (let i = 0; i < parameters.length; i++) {
      const g = gradient[i]!;
      const m = beta1 * mean[i]! + (1 - beta1) * g;
      const v = beta2 * square[i]! + (1 - beta2) * g * g;
      mean[i] = m;
      square[i] = v;
      parameters[i]! -= (rate * m) / (Math.sqrt(v * scale) + 1e-8);
    }
  }
}
