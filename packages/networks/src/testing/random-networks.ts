import { createRandom, type Random } from '@tangent/compute';
import { inputName, type Network, type NetworkNode, type Operation, type Parameter } from '../network.js';
import { sizeOf } from '../operation-fields.js';

export const normals = (random: Random, size: number): Float32Array =>
  Float32Array.from({ length: size }, () => random.normal());

export const randomParameter = (random: Random, ...shape: number[]): Parameter => ({
  shape,
  values: normals(random, sizeOf(shape)),
});

/** Like variances: positive. */
export function randomVariances(random: Random, width: number): Parameter {
  const { shape, values } = randomParameter(random, width);
  return { shape, values: values.map((value) => value * value + 0.1) };
}

/** Nodes that follow one another, with the given names. */
export function chain(...steps: readonly (readonly [name: string, operation: Operation])[]): NetworkNode[] {
  return steps.map(([name, operation], at) => ({
    name,
    operation,
    inputs: [at === 0 ? inputName : steps[at - 1]![0]],
  }));
}

export const relu: Operation = { type: 'activation', name: 'relu' };

const pixelwise = { strides: [1, 1], padding: 'same', dilations: [1, 1] } as const;

/** Convolution, batch norm, a residual block, pooling, a joined branch and two dense layers on images [6, 6, 2]. */
export function residualNetwork(seed: number): Network {
  const random = createRandom(seed).fork('residual network');
  const norm = (channels: number): Operation => ({
    type: 'batch-norm',
    gamma: randomParameter(random, channels),
    beta: randomParameter(random, channels),
    mean: randomParameter(random, channels),
    variance: randomVariances(random, channels),
    epsilon: 1e-3,
  });
  const conv = (...shape: [number, number, number, number]): Operation => ({
    type: 'conv2d',
    kernel: randomParameter(random, ...shape),
    bias: null,
    ...pixelwise,
  });
  const dense = (numInputs: number, numOutputs: number): Operation => ({
    type: 'dense',
    kernel: randomParameter(random, numInputs, numOutputs),
    bias: randomParameter(random, numOutputs),
  });
  const depthwise: Operation = {
    type: 'depthwise-conv2d',
    kernel: randomParameter(random, 3, 3, 4, 2),
    bias: randomParameter(random, 8),
    strides: [2, 2],
    padding: 'same',
    dilations: [1, 1],
  };
  return {
    inputShape: [6, 6, 2],
    nodes: [
      ...chain(['stem', conv(3, 3, 2, 4)], ['stem_norm', norm(4)], ['stem_relu', relu]),
      { name: 'block', operation: conv(3, 3, 4, 4), inputs: ['stem_relu'] },
      { name: 'block_norm', operation: norm(4), inputs: ['block'] },
      { name: 'sum', operation: { type: 'add' }, inputs: ['stem_relu', 'block_norm'] },
      { name: 'depthwise', operation: depthwise, inputs: ['sum'] },
      {
        name: 'pool',
        operation: { type: 'pool', method: 'max', size: [2, 2], strides: [2, 2], padding: 'valid' },
        inputs: ['sum'],
      },
      { name: 'joined', operation: { type: 'concat' }, inputs: ['depthwise', 'pool'] },
      { name: 'means', operation: { type: 'global-pool', method: 'average' }, inputs: ['joined'] },
      { name: 'hidden', operation: dense(12, 5), inputs: ['means'] },
      { name: 'hidden_gelu', operation: { type: 'activation', name: 'gelu' }, inputs: ['hidden'] },
      { name: 'dropout', operation: { type: 'dropout', rate: 0.5 }, inputs: ['hidden_gelu'] },
      { name: 'head', operation: dense(5, 3), inputs: ['dropout'] },
    ],
  };
}

/** Embedding, layer norm, mean over the tokens and a dense layer on [5] tokens of 7 words. */
export function textNetwork(seed: number): Network {
  const random = createRandom(seed).fork('text network');
  return {
    inputShape: [5],
    nodes: chain(
      ['words', { type: 'embedding', table: randomParameter(random, 7, 4) }],
      [
        'norm',
        {
          type: 'layer-norm',
          gamma: randomParameter(random, 4),
          beta: randomParameter(random, 4),
          epsilon: 1e-3,
        },
      ],
      ['means', { type: 'global-pool', method: 'average' }],
      ['head', { type: 'dense', kernel: randomParameter(random, 4, 3), bias: randomParameter(random, 3) }],
    ),
  };
}
