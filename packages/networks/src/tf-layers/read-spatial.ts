import type { Operation, Padding } from '../network.js';
import {
  assertChannelsLast,
  numberField,
  pairField,
  refuse,
  type SavedLayer,
  sizeField,
  textField,
} from './layer-config.js';
import { activated, biasOf, type LayerContext, type ReadLayer } from './layer-steps.js';
import { readActivation } from './read-activation.js';

export function readConvolution(context: LayerContext): ReadLayer {
  const { layer, weights } = context;
  assertNoGroups(layer);
  const filters = sizeField(layer, 'filters');
  const kernel = weights('kernel', ...kernelSize(layer), channelsOf(context), filters);
  const operation: Operation = {
    type: 'conv2d',
    kernel,
    bias: biasOf(context, filters),
    ...slidingOf(layer),
  };
  return activated([['', operation]], readActivation(layer));
}

export function readDepthwise(context: LayerContext): ReadLayer {
  const { layer, weights } = context;
  assertNoGroups(layer);
  const channels = channelsOf(context);
  const multiplier = sizeField(layer, 'depth_multiplier', 1);
  const sliding = slidingOf(layer);
  if (sliding.dilations.some((dilation) => dilation !== 1))
    refuse(
      layer,
      'TensorFlow.js passes over its dilation_rate and Keras does not; use a SeparableConv2D or no dilation',
    );
  const kernel = weights('depthwise_kernel', ...kernelSize(layer), channels, multiplier);
  const bias = biasOf(context, channels * multiplier);
  return activated([['', { type: 'depthwise-conv2d', kernel, bias, ...sliding }]], readActivation(layer));
}

/** A depthwise convolution and a 1×1 convolution, which has the bias. */
export function readSeparable(context: LayerContext): ReadLayer {
  const { layer, weights } = context;
  assertNoGroups(layer);
  const channels = channelsOf(context);
  const filters = sizeField(layer, 'filters');
  // tfjs-layers does not save depth_multiplier and cannot load another one than 1.
  const multiplier = sizeField(layer, 'depth_multiplier', 1);
  const depthwise: Operation = {
    type: 'depthwise-conv2d',
    kernel: weights('depthwise_kernel', ...kernelSize(layer), channels, multiplier),
    bias: null,
    ...slidingOf(layer),
  };
  const pointwise: Operation = {
    type: 'conv2d',
    kernel: weights('pointwise_kernel', 1, 1, channels * multiplier, filters),
    bias: biasOf(context, filters),
    strides: [1, 1],
    padding: 'valid',
    dilations: [1, 1],
  };
  return activated(
    [
      ['_depthwise', depthwise],
      ['', pointwise],
    ],
    readActivation(layer),
  );
}

export function readPool({ layer }: LayerContext, method: 'max' | 'average'): ReadLayer {
  assertChannelsLast(layer);
  const size = pairField(layer, 'pool_size', [2, 2]);
  const strides = pairField(layer, 'strides', size);
  return { steps: [['', { type: 'pool', method, size, strides, padding: paddingOf(layer) }]] };
}

function kernelSize(layer: SavedLayer): readonly [number, number] {
  // Without a size the weights do not fit, which is said with their shape.
  return pairField(layer, 'kernel_size', [1, 1]);
}

function channelsOf({ layer, inputs }: LayerContext): number {
  assertChannelsLast(layer);
  const [x] = inputs;
  if (x?.length !== 3)
    refuse(layer, `it needs images [height, width, channels] and gets [${x}]; put a Reshape before it`);
  return x[2]!;
}

function slidingOf(layer: SavedLayer) {
  return {
    strides: pairField(layer, 'strides', [1, 1]),
    padding: paddingOf(layer),
    dilations: pairField(layer, 'dilation_rate', [1, 1]),
  };
}

function paddingOf(layer: SavedLayer): Padding {
  const padding = textField(layer, 'padding', 'valid');
  return padding === 'same' || padding === 'valid'
    ? padding
    : refuse(layer, `padding ${padding} is not supported; use same or valid`);
}

function assertNoGroups(layer: SavedLayer): void {
  const groups = numberField(layer, 'groups', 1);
  if (groups !== 1) refuse(layer, `groups ${groups} are not supported; use one group, or a SeparableConv2D`);
}
