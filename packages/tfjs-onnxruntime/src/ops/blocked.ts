import type { Recorder } from '../graph/recorder.js';
import type { Attributes, Value } from '../graph/value.js';
import { reshape } from './reshape.js';
import { pad } from './slice.js';
import { transpose } from './transpose.js';

// ONNX Runtime's fastest convolutions work on images whose channels lie in blocks of as many numbers as a vector register
// has: [N, C/b, H, W, b] (“NCHWc”). Its optimiser uses them for filters that are constants only. A filter that is being
// trained is none, so the blocked operators are recorded here directly. Twice as fast as the plain ones, and the gradient
// by the filter three times. A blocked value is declared as [N, C, H, W]; only its bytes are in blocks.

const domain = 'com.microsoft.nchwc';
const float = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

/** NCHW → blocks. Channels are filled up with zeros to whole blocks; there must be a multiple of four. */
export function toBlocks(g: Recorder, x: Value, block: number): Value {
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const inner = x.producer;
  if (inner?.op === 'ReorderOutput' && channels % block === 0) return inner.inputs[0]!;
  const shape = [n, Math.ceil(channels / block) * block, height, width];
  return g.emit('ReorderInput', [x], float(shape), {}, domain);
}

/** Blocks → NCHW. */
export function fromBlocks(g: Recorder, x: Value): Value {
  return g.emit('ReorderOutput', [x], float(x.shape), { channels: x.shape[1]! }, domain);
}

/** [out, in, height, width] → the order that the blocked convolution reads: [out/b, in/b, height, width, b in, b out]. */
export function blockedFilter(g: Recorder, filter: Value, block: number): Value {
  const [o, i, height, width] = filter.shape as [number, number, number, number];
  const split = reshape(g, filter, [o / block, block, i / block, block, height, width]);
  return reshape(g, transpose(g, split, [0, 2, 4, 5, 3, 1]), [o, i, height, width]);
}

/**
 * The same order for a filter [out, in, …] that is a blocked image of `in` images with `out` channels: batch and channels
 * change places, and whole runs of b numbers stay together.
 */
export function imageAsFilter(g: Recorder, image: Value, block: number): Value {
  const [n, channels, height, width] = image.shape as [number, number, number, number];
  const split = reshape(g, image, [n / block, block, channels / block, height, width, block]);
  return reshape(g, transpose(g, split, [2, 0, 3, 4, 1, 5]), [channels, n, height, width]);
}

/** Zeros around a blocked image: top, left, bottom, right. The kernels are slow where a window reaches over the edge. */
export function padBlocks(g: Recorder, x: Value, pads: readonly number[], block: number): Value {
  const [top, left, bottom, right] = pads as [number, number, number, number];
  if (top + left + bottom + right === 0) return x;
  const [n, channels, height, width] = x.shape as [number, number, number, number];
  const rows = reshape(g, x, [(n * channels) / block, height, width * block]);
  const padded = pad(g, rows, [
    [0, 0],
    [top, bottom],
    [left * block, right * block],
  ]);
  return reshape(g, padded, [n, channels, height + top + bottom, width + left + right]);
}

/** Zeros after the last image of a blocked batch, up to `count` images. */
export function padBatch(g: Recorder, x: Value, count: number): Value {
  return pad(g, x, [
    [0, count - x.shape[0]!],
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
}

/** Convolution of a blocked image, padded already, with a blocked filter [out, in, height, width]. */
export function blockedConv(
  g: Recorder,
  x: Value,
  filter: Value,
  output: readonly number[],
  attributes: Attributes,
  bias: Value | null = null,
): Value {
  const [, , height, width] = filter.shape;
  const inputs = bias ? [x, filter, bias] : [x, filter];
  return g.emit(
    'Conv',
    inputs,
    float(output),
    { ...attributes, pads: [0, 0, 0, 0], group: 1, kernel_shape: [height!, width!] },
    domain,
  );
}

export const isBlockedConv = (value: Value): boolean =>
  value.producer?.op === 'Conv' && value.producer.domain === domain;
