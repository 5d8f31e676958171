import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { chooseEngine } from './engine.js';
import { expectClose } from './testing/expect-close.js';
import { randomMatrix } from './testing/matrices.js';
import { type OptimizerConfig, trainingStep } from './training-step.js';

const [n, width, k] = [5, 4, 3];
const numbers = (length: number, seed: string) => Float32Array.from(randomMatrix(1, length, seed));
const optimizers: OptimizerConfig[] = [
  { type: 'adam', learningRate: 0.05, beta1: 0.9, beta2: 0.99, weightDecay: 0.1 },
  { type: 'sgd', learningRate: 0.05, momentum: 0.9, weightDecay: 0.1 },
];

/** Twelve steps of a rectified layer and a linear one, whose average output is kept. */
function trained(optimizer: OptimizerConfig) {
  const before = tf.memory().numTensors;
  const [hidden, head, average] = tf.tidy(() => [
    tf.variable(tf.tensor2d(numbers(width * 6, 'hidden'), [width, 6])),
    tf.variable(tf.tensor2d(numbers(6 * k, 'head'), [6, k])),
    tf.variable(tf.zeros([k])),
  ]) as [tf.Variable<tf.Rank.R2>, tf.Variable<tf.Rank.R2>, tf.Variable<tf.Rank.R1>];
  const step = trainingStep({
    inputs: { x: { shape: [n, width], dtype: 'float32' }, y: { shape: [n, k], dtype: 'float32' } },
    parameters: [hidden, head],
    others: [average],
    optimizer,
    loss: ({ x, y }) => {
      const outputs = tf.matMul(tf.relu(tf.matMul(x as tf.Tensor2D, hidden)), head);
      average.assign(tf.add(tf.mul(average, 0.5), tf.mul(tf.mean(outputs, 0), 0.5)));
      return { loss: tf.mean(tf.square(tf.sub(outputs, y!))) as tf.Scalar, results: { outputs } };
    },
  });
  const taken = Array.from({ length: 12 }, (_, t) =>
    step.run({ x: numbers(n * width, `x${t}`), y: numbers(n * k, `y${t % 2}`) }, t),
  );
  const arrays = [hidden, head, average].map((variable) => variable.dataSync().slice());
  step.dispose();
  tf.dispose([hidden, head, average]);
  expect(tf.memory().numTensors).toBe(before);
  return {
    losses: taken.map(({ loss }) => loss),
    outputs: taken.flatMap(({ results }) => [...results.outputs!]),
    parameters: arrays.flatMap((array) => [...array]),
  };
}

describe('a training step', () => {
  it.each(optimizers)('with $type is the same compiled and kernel by kernel', async (optimizer) => {
    await chooseEngine({ engine: 'tfjs-onnxruntime' });
    const compiled = trained(optimizer);
    for (const engine of ['cpu', 'wasm']) {
      await chooseEngine({ engine });
      const eager = trained(optimizer);
      expectClose(compiled.losses, eager.losses, { rtol: 1e-4, atol: 1e-5 });
      expectClose(compiled.outputs, eager.outputs, { rtol: 1e-3, atol: 1e-4 });
      expectClose(compiled.parameters, eager.parameters, { rtol: 1e-3, atol: 1e-4 });
    }
  });

  it('gives outputs before the update, and a loss that falls', async () => {
    await chooseEngine({ engine: process.env.TANGENT_ENGINE });
    const parameter = tf.variable(tf.scalar(3)) as tf.Variable;
    const step = trainingStep({
      inputs: {},
      parameters: [parameter],
      optimizer: { type: 'sgd', learningRate: 0.25, momentum: 0, weightDecay: 0 },
      loss: () => ({ loss: tf.square(parameter) as tf.Scalar, results: { parameter } }),
    });
    const taken = [0, 1, 2].map((t) => step.run({}, t));
    expect(taken.map(({ loss }) => loss)).toEqual([9, 2.25, 0.5625]);
    expect(taken.map(({ results }) => results.parameter![0])).toEqual([3, 1.5, 0.75]);
    step.dispose();
    parameter.dispose();
  });

  it('that needs a kernel the engine lacks says which, and what to do', async () => {
    await chooseEngine({ engine: 'wasm' });
    const filter = tf.variable(tf.ones([2, 2, 1, 1])) as tf.Variable<tf.Rank.R4>;
    const step = trainingStep({
      inputs: { x: { shape: [1, 4, 4, 1], dtype: 'float32' } },
      parameters: [filter],
      optimizer: optimizers[1]!,
      loss: ({ x }) => ({ loss: tf.sum(tf.conv2d(x as tf.Tensor4D, filter, 1, 'same')) as tf.Scalar }),
    });
    expect(() => step.run({ x: new Float32Array(16) }, 0)).toThrow(
      'the engine wasm lacks the kernel Conv2DBackpropFilter that this training needs; choose another: TANGENT_ENGINE=tfjs-onnxruntime',
    );
    step.dispose();
    filter.dispose();
  });
});
