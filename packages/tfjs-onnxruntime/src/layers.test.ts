import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { beforeAll, expect, test } from 'vitest';
import { backendName } from './index.js';
import { relativeError, useOnnxRuntime, wave } from './testing/backends.js';

// Models of tf.layers, trained and asked on this backend and on tfjs's cpu backend, from the same weights.

beforeAll(async () => {
  await useOnnxRuntime();
});

const classes = 4;
const last = () => layers.layers.dense({ units: classes, activation: 'softmax' });
const image = [8, 8, 3];

const models: Record<string, { input: number[]; isText?: boolean; build: () => layers.Sequential }> = {
  perceptron: {
    input: [10],
    build: () =>
      layers.sequential({
        layers: [layers.layers.dense({ units: 16, activation: 'relu', inputShape: [10] }), last()],
      }),
  },
  'convolutions with batch norm, pooling and separable convolutions': {
    input: image,
    build: () =>
      layers.sequential({
        layers: [
          layers.layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', inputShape: image }),
          layers.layers.batchNormalization(),
          layers.layers.activation({ activation: 'softplus' }),
          layers.layers.maxPooling2d({ poolSize: 2 }),
          layers.layers.separableConv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'tanh' }),
          layers.layers.averagePooling2d({ poolSize: 2 }),
          layers.layers.conv2d({
            filters: 16,
            kernelSize: 3,
            strides: 2,
            padding: 'same',
            activation: 'elu',
          }),
          layers.layers.globalAveragePooling2d({}),
          last(),
        ],
      }),
  },
  'depthwise convolution, flatten, layer norm and GELU': {
    input: image,
    build: () =>
      layers.sequential({
        layers: [
          layers.layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, inputShape: image }),
          layers.layers.flatten(),
          layers.layers.layerNormalization(),
          layers.layers.dense({ units: 12, activation: 'gelu' }),
          last(),
        ],
      }),
  },
  'embedding and mean of a text': {
    input: [6],
    isText: true,
    build: () =>
      layers.sequential({
        layers: [
          layers.layers.embedding({ inputDim: 20, outputDim: 8, inputLength: 6 }),
          layers.layers.globalAveragePooling1d({}),
          layers.layers.dense({ units: 8, activation: 'sigmoid' }),
          last(),
        ],
      }),
  },
};

async function trained(backend: string, name: string) {
  await tf.setBackend(backend);
  const { input, isText, build } = models[name]!;
  const model = build();
  model.setWeights(
    model
      .getWeights()
      .map((weight, at) => tf.add(tf.mul(wave(weight.shape, at), 0.4), weight.shape.length === 1 ? 1 : 0)),
  );
  model.compile({ optimizer: tf.train.adam(0.003, 0.9, 0.999, 1e-4), loss: 'categoricalCrossentropy' });
  const n = 8;
  const x = isText
    ? tf.tensor2d(
        Int32Array.from({ length: n * 6 }, (_, i) => (i * 7) % 20),
        [n, 6],
        'int32',
      )
    : wave([n, ...input]);
  const y = tf.oneHot(
    tf.tensor1d(
      Array.from({ length: n }, (_, i) => i % classes),
      'int32',
    ),
    classes,
  );
  const losses: number[] = [];
  for (let step = 0; step < 8; step++) losses.push(Number(await model.trainOnBatch(x, y)));
  const predictions = (model.predict(x) as tf.Tensor).dataSync();
  return { losses, predictions: Float32Array.from(predictions) };
}

test.each(Object.keys(models))('%s: trained and asked as on the cpu backend', async (name) => {
  const expected = await trained('cpu', name);
  const actual = await trained(backendName, name);
  expect(relativeError(actual.losses, expected.losses)).toBeLessThan(1e-4);
  expect(relativeError(actual.predictions, expected.predictions)).toBeLessThan(1e-3);
  expect(actual.losses.at(-1)).toBeLessThan(actual.losses[0]!);
});

test('dropout drops in training and not in prediction', async () => {
  await useOnnxRuntime();
  const layer = layers.layers.dropout({ rate: 0.5 });
  const x = tf.ones([1_000]);
  const dropped = (layer.apply(x, { training: true }) as tf.Tensor).dataSync();
  const numZeros = dropped.filter((value) => value === 0).length;
  expect(numZeros).toBeGreaterThan(400);
  expect(numZeros).toBeLessThan(600);
  expect((layer.apply(x, { training: false }) as tf.Tensor).dataSync().every((value) => value === 1)).toBe(
    true,
  );
});
