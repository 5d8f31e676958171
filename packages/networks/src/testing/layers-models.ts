import { createRandom } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import type { LayersModelArtifacts } from '../tf-layers/from-layers-model.js';
import { normals } from './random-networks.js';

const l = layers.layers;
const image = [6, 6, 2];
const head = () => l.dense({ units: 3 });
const sequential = (...list: layers.layers.Layer[]) => layers.sequential({ layers: list });
const onImages = (...list: layers.layers.Layer[]) => sequential(...list, l.flatten(), head());
const first = { inputShape: image };

/** A residual block with batch norms, as ResNets have it, behind a stem and before a mean. */
function residual(): layers.LayersModel {
  const input = layers.input({ shape: image });
  const apply = (layer: layers.layers.Layer, ...x: layers.SymbolicTensor[]) =>
    layer.apply(x.length === 1 ? x[0]! : x) as layers.SymbolicTensor;
  const conv = (filters: number, strides: number, x: layers.SymbolicTensor) =>
    apply(l.conv2d({ filters, kernelSize: 3, strides, padding: 'same', useBias: false }), x);
  const norm = (x: layers.SymbolicTensor) => apply(l.batchNormalization(), x);
  const relu = (x: layers.SymbolicTensor) => apply(l.reLU(), x);
  const stem = relu(norm(conv(4, 1, input)));
  const inner = norm(conv(8, 1, relu(norm(conv(8, 2, stem)))));
  const shortcut = norm(apply(l.conv2d({ filters: 8, kernelSize: 1, strides: 2 }), stem));
  const sum = relu(apply(l.add(), inner, shortcut));
  const joined = apply(l.concatenate(), sum, shortcut);
  const means = apply(l.globalAveragePooling2d({}), joined);
  const outputs = apply(l.dense({ units: 3, activation: 'softmax' }), apply(l.dropout({ rate: 0.4 }), means));
  return layers.model({ inputs: input, outputs });
}

/** Models for every layer that is read, by name. Those that end in a softmax say so. */
export const models: Readonly<Record<string, () => layers.LayersModel>> = {
  'a perceptron with a softmax': () =>
    sequential(
      l.dense({ units: 5, activation: 'relu', inputShape: [4] }),
      l.dense({ units: 3, activation: 'softmax' }),
    ),
  'a perceptron with a layer of softmax': () =>
    sequential(l.dense({ units: 3, inputShape: [4] }), l.softmax()),
  'a perceptron with an activation of softmax': () =>
    sequential(l.dense({ units: 3, inputShape: [4] }), l.activation({ activation: 'softmax' })),
  'a perceptron with a linear activation at its end': () =>
    sequential(l.dense({ units: 3, inputShape: [4] }), l.activation({ activation: 'linear' })),
  'all activations': () =>
    sequential(
      l.inputLayer({ inputShape: [4] }),
      l.dense({ units: 5, activation: 'tanh' }),
      l.dense({ units: 5, activation: 'gelu' }),
      l.dense({ units: 5, activation: 'sigmoid', useBias: false }),
      l.activation({ activation: 'softplus' }),
      l.dense({ units: 5, activation: 'linear' }),
      l.activation({ activation: 'gelu' }),
      l.reLU(),
      head(),
    ),
  'a residual network with a softmax': residual,
  convolution: () =>
    onImages(
      l.conv2d({
        filters: 3,
        kernelSize: [2, 3],
        strides: [2, 1],
        padding: 'same',
        activation: 'relu',
        ...first,
      }),
    ),
  'dilated convolution': () =>
    onImages(l.conv2d({ filters: 3, kernelSize: 2, dilationRate: 2, useBias: false, ...first })),
  'depthwise convolution': () =>
    onImages(
      l.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, strides: [2, 2], activation: 'tanh', ...first }),
    ),
  'separable convolution': () =>
    onImages(
      l.separableConv2d({
        filters: 4,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        activation: 'softplus',
        ...first,
      }),
    ),
  'dilated separable convolution': () =>
    onImages(
      l.separableConv2d({ filters: 4, kernelSize: 2, dilationRate: [2, 2], useBias: false, ...first }),
    ),
  'batch norm': () =>
    onImages(
      l.batchNormalization(first),
      l.batchNormalization({ scale: false }),
      l.batchNormalization({ center: false, epsilon: 0.1, axis: 3 }),
    ),
  'layer norm': () =>
    onImages(
      l.layerNormalization(first),
      l.layerNormalization({ scale: false }),
      l.layerNormalization({ center: false, epsilon: 0.1 }),
    ),
  pooling: () =>
    onImages(
      l.maxPooling2d({ poolSize: [3, 2], strides: 1, padding: 'same', ...first }),
      l.averagePooling2d({ poolSize: 2, strides: [2, 1], padding: 'same' }),
      l.maxPooling2d({}),
    ),
  'global maximum of images': () => sequential(l.globalMaxPooling2d(first), head()),
  'global mean of images': () => sequential(l.globalAveragePooling2d(first), head()),
  reshape: () =>
    sequential(
      l.reshape({ targetShape: [4, 18], ...first }),
      l.dense({ units: 3, activation: 'relu' }),
      l.globalMaxPooling1d({}),
      l.dropout({ rate: 0.5 }),
      head(),
    ),
  'embedding of a text': () =>
    sequential(
      l.embedding({ inputDim: 9, outputDim: 4, inputLength: 5 }),
      l.spatialDropout1d({ rate: 0.2 }),
      l.globalAveragePooling1d({}),
      head(),
    ),
};

/** Gives all weights normal numbers (those of one axis around 1, so that variances are positive). */
export function randomise(model: layers.LayersModel, seed: number): void {
  const random = createRandom(seed).fork('weights');
  const weights = model.getWeights().map(({ shape, size }) => {
    const values = normals(random, size).map((value) =>
      shape.length === 1 ? 1 + 0.2 * Math.tanh(value) : 0.5 * value,
    );
    return tf.tensor(values, shape);
  });
  model.setWeights(weights);
  tf.dispose(weights);
}

/** What the model is saved as, in memory. */
export async function saved(model: layers.LayersModel): Promise<LayersModelArtifacts & tf.io.ModelArtifacts> {
  let artifacts: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async (given) => {
      artifacts = given;
      return { modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } };
    }),
  );
  const { modelTopology, weightSpecs, weightData } = artifacts;
  // As a file would give it.
  const topology = JSON.parse(JSON.stringify(modelTopology));
  return { modelTopology: topology, weightSpecs: weightSpecs!, weightData: weightData as ArrayBuffer };
}

/** Inputs for a model, [n, …]: words where an embedding reads them, else normal numbers. */
export function inputsFor(model: layers.LayersModel, n: number, seed: number): tf.Tensor {
  const random = createRandom(seed).fork('inputs');
  const shape = [n, ...(model.inputs[0]!.shape.slice(1) as number[])];
  const size = shape.reduce((a, b) => a * b);
  const isText = model.layers.some((layer) => layer.getClassName() === 'Embedding');
  return tf.tensor(
    isText ? Float32Array.from({ length: size }, () => random.integer(7)) : normals(random, size),
    shape,
  );
}
