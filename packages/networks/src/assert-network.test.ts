import { describe, expect, it } from 'vitest';
import { assertNetwork } from './assert-network.js';
import {
  inputName,
  type Network,
  type NetworkNode,
  type Operation,
  UnsupportedNetworkError,
} from './network.js';
import { chain, relu, residualNetwork, textNetwork } from './testing/random-networks.js';

const parameter = (...shape: number[]) => ({
  shape,
  values: new Float32Array(shape.reduce((a, b) => a * b, 1)),
});
const dense = (numInputs: number, numOutputs: number, bias = numOutputs): Operation => ({
  type: 'dense',
  kernel: parameter(numInputs, numOutputs),
  bias: parameter(bias),
});
const head = ['head', dense(4, 2)] as const;
const perceptron: Network = { inputShape: [4], nodes: chain(['hidden', dense(4, 4)], ['relu', relu], head) };

/** The perceptron with a field of one node put in place of the right one. */
const edited = (name: string, edit: (node: NetworkNode) => object): Network => ({
  ...perceptron,
  nodes: perceptron.nodes.map((node) =>
    node.name === name ? ({ ...node, ...edit(node) } as NetworkNode) : node,
  ),
});
const withOperation = (name: string, operation: unknown) => edited(name, () => ({ operation }));
const images = (operation: Operation, inputShape = [6, 6, 2]): Network => ({
  inputShape,
  nodes: chain(['node', operation], ['flat', { type: 'flatten' }], ['head', dense(1, 2)]),
});
const convolution = { bias: null, strides: [1, 1], padding: 'same', dilations: [1, 1] } as const;

const faults: Record<string, [network: Network, message: string]> = {
  'no layers': [{ inputShape: [4], nodes: [] }, 'the network has no layers'],
  'an input of unknown size': [
    { ...perceptron, inputShape: [0] },
    'the input shape must be one to eight positive integers',
  ],
  'an input that is too large': [{ ...perceptron, inputShape: [2 ** 30] }, 'at most 16777216 numbers'],
  'two layers of one name': [
    edited('relu', () => ({ name: 'hidden' })),
    'two layers have this name; rename one',
  ],
  'a layer named like the input': [edited('relu', () => ({ name: inputName })), 'rename the layer'],
  'a name that is no name': [
    edited('relu', () => ({ name: '__proto__' })),
    '“__proto__” is no name for a layer',
  ],
  'an input that is missing': [
    edited('head', () => ({ inputs: ['gone'] })),
    'layer head: there is no layer gone before it; list layers after their inputs',
  ],
  'a layer that reads itself': [
    edited('relu', () => ({ inputs: ['relu'] })),
    'layer relu: there is no layer relu before it',
  ],
  'inputs that are no list': [edited('relu', () => ({ inputs: 'hidden' })), 'must be a list of names'],
  'two inputs of a dense layer': [
    edited('head', () => ({ inputs: ['relu', 'hidden'] })),
    'layer head: a dense takes one input, not 2',
  ],
  'a layer that nothing reads': [
    edited('head', () => ({ inputs: ['hidden'] })),
    'layer relu: nothing reads its output',
  ],
  'an unknown operation': [
    withOperation('relu', { type: 'constructor' }),
    'layer relu: there is no operation “constructor”; use one of dense, conv2d',
  ],
  'an operation that is null': [withOperation('relu', null), 'layer relu: there is no operation “undefined”'],
  'an unknown activation': [
    withOperation('relu', { type: 'activation', name: 'swish' }),
    'layer relu (activation): its name must be one of linear, relu, gelu, tanh, sigmoid, softplus',
  ],
  'a field too many': [
    withOperation('relu', { ...relu, alpha: 0.3 }),
    'layer relu (activation): there is no field alpha',
  ],
  'a kernel that does not fit': [
    withOperation('head', dense(5, 2)),
    'layer head: a kernel of shape [5,2] does not fit inputs of [4]; it must be [4, out]',
  ],
  'a bias that does not fit': [withOperation('head', dense(4, 2, 3)), 'the bias of shape [3] must be [2]'],
  'too few numbers': [
    withOperation('head', {
      type: 'dense',
      kernel: { shape: [4, 2], values: new Float32Array(7) },
      bias: null,
    }),
    'layer head (dense): its kernel must be 8 numbers of shape [4,2], not 7',
  ],
  'numbers that are not float32': [
    withOperation('head', {
      type: 'dense',
      kernel: { shape: [4, 2], values: new Array(8).fill(0) },
      bias: null,
    }),
    'its kernel must be float32 numbers with their shape',
  ],
  'a parameter that is not finite': [
    withOperation('head', {
      type: 'dense',
      kernel: { shape: [4, 2], values: new Float32Array(8).fill(Number.NaN) },
      bias: null,
    }),
    'layer head (dense): its kernel must be finite, and holds NaN or infinity',
  ],
  'a last layer that is not dense': [
    { inputShape: [4], nodes: chain(head, ['relu', relu]) },
    'the last layer relu must be dense and without activation',
  ],
  'outputs for every pixel': [
    { inputShape: [3, 4], nodes: chain(head) },
    'layer head: the last layer must give one number a class, not [3,2]',
  ],
  'a rate of one': [
    withOperation('relu', { type: 'dropout', rate: 1 }),
    'its rate must be at least 0 and below 1',
  ],
  'negative variances': [
    withOperation('relu', {
      type: 'batch-norm',
      gamma: null,
      beta: null,
      mean: parameter(4),
      variance: { shape: [4], values: new Float32Array(4).fill(-1) },
      epsilon: 1e-3,
    }),
    'layer relu: its variances must not be negative',
  ],
  'statistics of another width': [
    withOperation('relu', {
      type: 'batch-norm',
      gamma: null,
      beta: null,
      mean: parameter(3),
      variance: parameter(4),
      epsilon: 1e-3,
    }),
    'layer relu: the mean of shape [3] must be [4]',
  ],
  'groups of channels': [
    images({ type: 'conv2d', kernel: parameter(3, 3, 1, 4), ...convolution }),
    'layer node: a kernel of shape [3,3,1,4] does not fit its input of 2 channels',
  ],
  'a stride and a dilation': [
    images({
      type: 'conv2d',
      kernel: parameter(3, 3, 2, 4),
      ...convolution,
      strides: [2, 2],
      dilations: [2, 2],
    }),
    'set one of them to 1',
  ],
  'a convolution of vectors': [
    images({ type: 'conv2d', kernel: parameter(3, 3, 2, 4), ...convolution }, [4]),
    'layer node: a conv2d needs images [height, width, channels] and gets [4]',
  ],
  'an output that is too large': [
    images({ type: 'conv2d', kernel: parameter(1, 1, 1, 2), ...convolution }, [4096, 4096, 1]),
    'layer node: an output of [4096,4096,2] for every example is more than the 16777216 numbers that fit',
  ],
  'a reshape to another size': [
    images({ type: 'reshape', shape: [5, 2] }),
    'layer node: [6,6,2] cannot take the shape [5,2]',
  ],
  'a global pool of vectors': [
    images({ type: 'global-pool', method: 'max' }, [4]),
    'layer node: a global-pool needs',
  ],
  'an embedding of what is no input': [
    withOperation('relu', { type: 'embedding', table: parameter(5, 4) }),
    'layer relu: an embedding reads integers',
  ],
  'a sum of different shapes': [
    {
      inputShape: [4],
      nodes: [
        ...chain(['narrow', dense(4, 2)]),
        { name: 'sum', operation: { type: 'add' }, inputs: [inputName, 'narrow'] },
        { name: 'head', operation: dense(4, 2), inputs: ['sum'] },
      ],
    },
    'layer sum: it adds outputs of different shapes, [4] and [2]; make them one shape',
  ],
};

describe('assertNetwork', () => {
  it('lets whole networks pass', () => {
    for (const network of [perceptron, residualNetwork(1), textNetwork(1)])
      expect(() => assertNetwork(network)).not.toThrow();
  });

  it.each(Object.entries(faults))('refuses %s, and names the layer', (_, [network, message]) => {
    expect(() => assertNetwork(network)).toThrow(UnsupportedNetworkError);
    expect(() => assertNetwork(network)).toThrow(message);
  });
});
