import * as tf from '@tensorflow/tfjs-core';
import { activate } from './activations.js';
import { inputName, type Network, type NetworkNode, type Operation, parametersOf } from './network.js';
import { sizeOf } from './operation-fields.js';

/** The parameters of a network on the tensor engine: `node.parameter` → tensor, or variable where it is trained. */
export type NetworkTensors = ReadonlyMap<string, tf.Tensor>;

export const tensorName = (node: string, parameter: string): string => `${node}.${parameter}`;

/** Copies all parameters to the engine. The caller disposes of them (`tf.dispose([...tensors.values()])`). */
export function networkTensors(network: Network): Map<string, tf.Tensor> {
  const tensors = new Map<string, tf.Tensor>();
  for (const { name, operation } of network.nodes)
    for (const [parameter, { values, shape }] of Object.entries(parametersOf(operation)))
      tensors.set(tensorName(name, parameter), tf.tensor(values, [...shape]));
  return tensors;
}

export interface ForwardOptions {
  /** Sees the output of every node, before anything reads it; what it returns takes its place. */
  readonly atOutput?: (node: NetworkNode, output: tf.Tensor) => tf.Tensor;
  /** Factor of the output of each dropout node, of its shape (0, or 1/(1 − rate)); dropout is off where it is absent. */
  readonly masks?: ReadonlyMap<string, tf.Tensor>;
  /** Normalise by the batch's own moments, told to `moments`; else by the frozen statistics. */
  readonly batchMoments?: (node: NetworkNode, moments: { mean: tf.Tensor; variance: tf.Tensor }) => void;
}

/** The output of every node by name, the input included. x: [n, …inputShape]. Call within tf.tidy. */
export function forward(
  network: Network,
  tensors: NetworkTensors,
  x: tf.Tensor,
  options: ForwardOptions = {},
): Map<string, tf.Tensor> {
  const outputs = new Map<string, tf.Tensor>([[inputName, x]]);
  for (const node of network.nodes) {
    const inputs = node.inputs.map((name) => outputs.get(name)!);
    const parameter = (name: string) => tensors.get(tensorName(node.name, name));
    const output = apply(node, inputs, parameter, options);
    outputs.set(node.name, options.atOutput?.(node, output) ?? output);
  }
  return outputs;
}

type ParameterOf = (name: string) => tf.Tensor | undefined;

function apply(
  node: NetworkNode,
  inputs: readonly tf.Tensor[],
  parameter: ParameterOf,
  options: ForwardOptions,
): tf.Tensor {
  const { operation } = node;
  const x = inputs[0]!;
  switch (operation.type) {
    case 'dense':
      return plus(dense(x, parameter('kernel') as tf.Tensor2D), parameter('bias'));
    case 'conv2d':
    case 'depthwise-conv2d':
      return plus(convolve(operation, x, parameter('kernel')!), parameter('bias'));
    case 'batch-norm': {
      const moments = options.batchMoments ? momentsOf(x) : null;
      if (moments) options.batchMoments!(node, moments);
      const { mean, variance } = moments ?? { mean: parameter('mean')!, variance: parameter('variance')! };
      return normalise(x, mean, variance, operation.epsilon, parameter);
    }
    case 'layer-norm': {
      const { mean, variance } = tf.moments(x, -1, true);
      return normalise(x, mean, variance, operation.epsilon, parameter);
    }
    case 'embedding':
      return tf.gather(parameter('table')!, tf.cast(x, 'int32'));
    case 'activation':
      return activate(operation.name, x);
    case 'add':
      return inputs.reduce((sum, input) => tf.add(sum, input));
    case 'concat':
      return tf.concat([...inputs], x.rank - 1);
    case 'pool': {
      const pool = operation.method === 'max' ? tf.maxPool : tf.avgPool;
      return pool(x as tf.Tensor4D, [...operation.size], [...operation.strides], operation.padding);
    }
    case 'global-pool': {
      const axes = x.shape.slice(1, -1).map((_, axis) => axis + 1);
      return operation.method === 'max' ? tf.max(x, axes) : tf.mean(x, axes);
    }
    case 'flatten':
      return tf.reshape(x, [x.shape[0]!, sizeOf(x.shape.slice(1))]);
    case 'reshape':
      return tf.reshape(x, [x.shape[0]!, ...operation.shape]);
    case 'dropout': {
      const mask = options.masks?.get(node.name);
      return mask ? tf.mul(x, mask) : x;
    }
  }
}

/** a W over the last axis. */
function dense(x: tf.Tensor, kernel: tf.Tensor2D): tf.Tensor {
  if (x.rank === 2) return tf.matMul(x as tf.Tensor2D, kernel);
  const width = x.shape.at(-1)!;
  const product = tf.matMul(tf.reshape(x, [x.size / width, width]) as tf.Tensor2D, kernel);
  return tf.reshape(product, [...x.shape.slice(0, -1), kernel.shape[1]]);
}

function convolve(
  operation: Extract<Operation, { type: 'conv2d' | 'depthwise-conv2d' }>,
  x: tf.Tensor,
  kernel: tf.Tensor,
): tf.Tensor {
  const convolution = operation.type === 'conv2d' ? tf.conv2d : tf.depthwiseConv2d;
  return convolution(
    x as tf.Tensor4D,
    kernel as tf.Tensor4D,
    [...operation.strides],
    operation.padding,
    'NHWC',
    [...operation.dilations],
  );
}

function momentsOf(x: tf.Tensor): { mean: tf.Tensor; variance: tf.Tensor } {
  const axes = x.shape.slice(0, -1).map((_, axis) => axis);
  return tf.moments(x, axes);
}

function normalise(
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
  parameter: ParameterOf,
): tf.Tensor {
  const normal = tf.mul(tf.sub(x, mean), tf.rsqrt(tf.add(variance, epsilon)));
  const gamma = parameter('gamma');
  return plus(gamma ? tf.mul(normal, gamma) : normal, parameter('beta'));
}

const plus = (x: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor => (bias ? tf.add(x, bias) : x);
