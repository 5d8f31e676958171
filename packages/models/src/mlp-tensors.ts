import * as tf from '@tensorflow/tfjs-core';
import type { MlpConfig, MlpLayer } from './mlp.js';

/** A layer on the tensor engine. */
interface LayerTensors {
  readonly weights: tf.Tensor2D;
  readonly bias: tf.Tensor1D;
  readonly activation: MlpLayer['activation'];
}

export function layerTensors(layer: MlpLayer): LayerTensors {
  return {
    weights: tf.tensor2d(layer.weights, [layer.numInputs, layer.numOutputs]),
    bias: tf.tensor1d(layer.bias),
    activation: layer.activation,
  };
}

/** Input of every layer and output of the last: x, a₁, …, f. */
export function activations(layers: readonly LayerTensors[], x: tf.Tensor2D): tf.Tensor2D[] {
  const found = [x];
  for (const { weights, bias, activation } of layers) {
    const z = tf.add(tf.matMul(found.at(-1)!, weights), bias) as tf.Tensor2D;
    found.push(activation === 'relu' ? tf.relu(z) : z);
  }
  return found;
}

/** Examples on the tensor engine, to be disposed of. */
export interface Batch {
  readonly x: tf.Tensor2D;
  readonly xTransposed: tf.Tensor2D;
  /** One-hot. */
  readonly y: tf.Tensor2D;
}

/** The examples at `rows`. x: [·, numInputs]. */
export function batchOf(
  data: {
    readonly x: Float32Array;
    readonly classes: Int32Array;
    readonly numInputs: number;
    readonly numClasses: number;
  },
  rows: Int32Array,
): Batch {
  const { numInputs, numClasses } = data;
  const x = new Float32Array(rows.length * numInputs);
  const y = new Float32Array(rows.length * numClasses);
  rows.forEach((row, i) => {
    x.set(data.x.subarray(row * numInputs, (row + 1) * numInputs), i * numInputs);
    y[i * numClasses + data.classes[row]!] = 1;
  });
  return tf.tidy(() => {
    const inputs = tf.tensor2d(x, [rows.length, numInputs]);
    return { x: inputs, xTransposed: tf.transpose(inputs), y: tf.tensor2d(y, [rows.length, numClasses]) };
  });
}

export interface Gradients {
  readonly loss: number;
  readonly layers: readonly { readonly weights: Float32Array; readonly bias: Float32Array }[];
}

/**
 * The mean loss of a batch and its gradients, by backpropagation in products of matrices: Σ_k (f − y)² an example, or the
 * cross-entropy of softmax(f). Written out, because the Node build of tfjs-core comes without its gradient functions.
 * Products take transposed copies: the wasm engine's transposing product is a plain loop, 20 times slower.
 */
export function lossGradients(
  layers: readonly MlpLayer[],
  { x, xTransposed, y }: Batch,
  lossName: MlpConfig['loss'],
): Gradients {
  const n = x.shape[0];
  const tensors = tf.tidy(() => {
    const parts = layers.map(layerTensors);
    const acts = activations(parts, x);
    const outputs = acts.at(-1)!;
    const prediction = lossName === 'squared' ? outputs : tf.softmax(outputs);
    const difference = tf.sub(prediction, y);
    const losses =
      lossName === 'squared' ? tf.square(difference) : tf.neg(tf.mul(y, tf.log(tf.add(prediction, 1e-12))));
    const loss = tf.div(tf.sum(losses), n);
    let delta = tf.mul(difference, (lossName === 'squared' ? 2 : 1) / n) as tf.Tensor2D;
    const gradients: tf.Tensor[] = [];
    for (let l = layers.length - 1; l >= 0; l--) {
      const inputs = l === 0 ? xTransposed : tf.transpose(acts[l]!);
      gradients.unshift(tf.matMul(inputs, delta), tf.sum(delta, 0));
      if (l === 0) break;
      const back = tf.matMul(delta, tf.transpose(parts[l]!.weights));
      // acts[l] is the output of layer l − 1; the derivative of its rectifier is 0 where it is off.
      delta = (parts[l - 1]!.activation === 'relu' ? tf.mul(back, tf.step(acts[l]!)) : back) as tf.Tensor2D;
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
