import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { inputName, type Network, type Operation } from '@tangent/networks';
import { beforeAll, describe, expect, it } from 'vitest';
import { predictNetwork } from '../predict-network.js';
import { trainNetwork } from './train-network.js';
import { defaultTraining } from './training-config.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const parameter = (...values: number[]) => ({ shape: [values.length], values: Float32Array.from(values) });
const norm: Extract<Operation, { type: 'batch-norm' }> = {
  type: 'batch-norm',
  gamma: parameter(2, 1),
  beta: parameter(0, 3),
  mean: parameter(0, 10),
  variance: parameter(1, 4),
  epsilon: 0,
};
const network: Network = {
  inputShape: [2],
  nodes: [
    { name: 'norm', operation: norm, inputs: [inputName] },
    {
      name: 'head',
      operation: {
        type: 'dense',
        kernel: { shape: [2, 2], values: Float32Array.of(1, 0, 0, 1) },
        bias: null,
      },
      inputs: ['norm'],
    },
  ],
};
// Columns of mean 2 and 5, variance 2 and 0.5 (1/n).
const data = {
  x: Float32Array.of(0, 4, 2, 5, 2, 5, 4, 6),
  classes: Int32Array.of(0, 1, 0, 1),
};
const config = {
  ...defaultTraining,
  batchNormMomentum: 0.75,
  optimizer: { type: 'sgd', learningRate: 1e-6, momentum: 0, weightDecay: 0 } as const,
};

describe('a batch norm in training', () => {
  const train = (steps: number) => {
    const outputs: Float32Array[] = [];
    const trained = trainNetwork(network, data, { ...config, steps }, 1, {
      onVisit: (visit) => outputs.push(visit.outputs),
    });
    return { outputs, trained: trained.network };
  };

  it('normalises by the moments of the batch', () => {
    const root = Math.sqrt(2);
    const expected = [-2 * root, 3 - root, 0, 3, 0, 3, 2 * root, 3 + root];
    expectClose(train(1).outputs[0]!, expected, { rtol: 1e-5, atol: 1e-5 });
  });

  it('keeps moving averages of them, with which the network predicts', () => {
    const { trained } = train(2);
    const { mean, variance } = trained.nodes[0]!.operation as typeof norm;
    // a ← 0.75 a + 0.25 b, twice.
    const twice = (a: number, b: number) => 0.75 * (0.75 * a + 0.25 * b) + 0.25 * b;
    expectClose(mean.values, [twice(0, 2), twice(10, 5)], { rtol: 1e-6, atol: 0 });
    expectClose(variance.values, [twice(1, 2), twice(4, 0.5)], { rtol: 1e-6, atol: 0 });
    const x = Float32Array.of(1, 1);
    const expected = [0, 1].map(
      (c) => [2, 1][c]! * ((1 - mean.values[c]!) / Math.sqrt(variance.values[c]!)) + [0, 3][c]!,
    );
    expectClose(predictNetwork(trained, x, 1), expected, { rtol: 1e-4, atol: 1e-5 });
  });

  it('leaves the given network as it is', () => {
    train(2);
    expect(norm.mean.values).toEqual(Float32Array.of(0, 10));
  });
});
