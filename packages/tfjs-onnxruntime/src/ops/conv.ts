import type { Recorder } from '../graph/recorder.js';
import type { Attributes, Value } from '../graph/value.js';
import {
  blockedConv,
  blockedFilter,
  fromBlocks,
  imageAsFilter,
  padBatch,
  padBlocks,
  toBlocks,
} from './blocked.js';
import { reshape } from './reshape.js';
import { flip, slice } from './slice.js';
import { toNchw, toNhwc, transpose } from './transpose.js';

/** What tfjs computes for a convolution or pooling (backend_util.Conv2DInfo), as far as it is used here. */
export interface Window {
  readonly batchSize: number;
  readonly inHeight: number;
  readonly inWidth: number;
  readonly inChannels: number;
  readonly outHeight: number;
  readonly outWidth: number;
  readonly outChannels: number;
  readonly strideHeight: number;
  readonly strideWidth: number;
  readonly dilationHeight: number;
  readonly dilationWidth: number;
  readonly filterHeight: number;
  readonly filterWidth: number;
  readonly padInfo: {
    readonly top: number;
    readonly left: number;
    readonly bottom: number;
    readonly right: number;
  };
}

export const strides = (w: Window) => [w.strideHeight, w.strideWidth];
export const pads = ({ padInfo: { top, left, bottom, right } }: Window) => [top, left, bottom, right];

const geometry = (w: Window) => ({
  strides: strides(w),
  dilations: [w.dilationHeight, w.dilationWidth],
  pads: pads(w),
});
const outputOf = (w: Window) => [w.batchSize, w.outChannels, w.outHeight, w.outWidth];
const inputOf = (w: Window) => [w.batchSize, w.inChannels, w.inHeight, w.inWidth];
const float = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

/** x: NHWC, filter: [height, width, in, out] → NHWC. */
export function conv2d(g: Recorder, x: Value, filter: Value, w: Window): Value {
  return toNhwc(g, convNchw(g, toNchw(g, x), transpose(g, filter, [3, 2, 0, 1]), outputOf(w), geometry(w)));
}

/** x: NCHW, filter: [out, in, height, width] → NCHW; in blocks where the channels are whole blocks. */
function convNchw(
  g: Recorder,
  x: Value,
  filter: Value,
  output: readonly number[],
  attributes: Attributes & { readonly pads: readonly number[] },
): Value {
  const block = g.blockSize;
  const [out, channels] = filter.shape as [number, number];
  if (!block || out % block !== 0 || channels % block !== 0)
    return g.emit('Conv', [x, filter], float(output), attributes);
  const image = padBlocks(g, toBlocks(g, x, block), attributes.pads, block);
  return fromBlocks(g, blockedConv(g, image, blockedFilter(g, filter, block), output, attributes));
}

/** Gradient by x of the sum of dy · conv2d(x, filter). dy: NHWC → NHWC. */
export function conv2dInputGradient(g: Recorder, dy: Value, filter: Value, w: Window): Value {
  const isPlain =
    w.strideHeight === 1 && w.strideWidth === 1 && w.dilationHeight === 1 && w.dilationWidth === 1;
  if (!isPlain)
    return toNhwc(
      g,
      g.emit('ConvTranspose', [toNchw(g, dy), transpose(g, filter, [3, 2, 0, 1])], float(inputOf(w)), {
        ...geometry(w),
        output_padding: outputPadding(w),
      }),
    );
  // With stride 1 it is a convolution with the filter turned round, which ONNX Runtime computes faster.
  const turned = transpose(g, flip(g, filter, [0, 1]), [2, 3, 0, 1]);
  const { top, left, bottom, right } = w.padInfo;
  const [h, v] = [w.filterHeight - 1, w.filterWidth - 1];
  const attributes = { strides: [1, 1], pads: [h - top, v - left, h - bottom, v - right] };
  return toNhwc(g, convNchw(g, toNchw(g, dy), turned, inputOf(w), attributes));
}

/** Gradient by the filter, [height, width, in, out]: a convolution in which batch and channels have changed places. */
export function conv2dFilterGradient(g: Recorder, x: Value, dy: Value, w: Window): Value {
  const block = g.blockSize;
  const reached = cropped(g, x, w);
  if (block && w.outChannels % block === 0 && w.batchSize % 4 === 0 && w.inChannels > 1)
    return transpose(g, blockedFilterGradient(g, toNchw(g, reached), toNchw(g, dy), w, block), [2, 3, 0, 1]);
  const images = transpose(g, reached, [3, 0, 1, 2]);
  const filters = transpose(g, dy, [3, 0, 1, 2]);
  const gradient = g.emit(
    'Conv',
    [images, filters],
    float([w.inChannels, w.outChannels, w.filterHeight, w.filterWidth]),
    swapped(w),
  );
  return transpose(g, gradient, [2, 3, 0, 1]);
}

/** The same in blocks; x and dy: NCHW → [in, out, height, width]. */
function blockedFilterGradient(g: Recorder, x: Value, dy: Value, w: Window, block: number): Value {
  const { pads, ...attributes } = swapped(w);
  // As channels, the batch must be whole blocks; images of zeros add nothing.
  const images = padBlocks(g, toBlocks(g, transpose(g, x, [1, 0, 2, 3]), block), pads, block);
  const batch = images.shape[1]!;
  const filter = imageAsFilter(g, padBatch(g, toBlocks(g, dy, block), batch), block);
  const output = [w.inChannels, w.outChannels, w.filterHeight, w.filterWidth];
  return fromBlocks(g, blockedConv(g, images, filter, output, attributes));
}

/** Stride and dilation change places too. */
function swapped(w: Window): Attributes & { readonly pads: readonly number[] } {
  const { bottom, right } = overhang(w);
  return {
    dilations: strides(w),
    strides: [w.dilationHeight, w.dilationWidth],
    pads: [w.padInfo.top, w.padInfo.left, Math.max(0, bottom), Math.max(0, right)],
  };
}

/** How far the windows reach over the lower and the right edge; negative where the strides left a rest. */
function overhang(w: Window): { readonly bottom: number; readonly right: number } {
  const reach = (out: number, stride: number, filter: number, dilation: number) =>
    (out - 1) * stride + (filter - 1) * dilation + 1;
  const { top, left } = w.padInfo;
  return {
    bottom: reach(w.outHeight, w.strideHeight, w.filterHeight, w.dilationHeight) - w.inHeight - top,
    right: reach(w.outWidth, w.strideWidth, w.filterWidth, w.dilationWidth) - w.inWidth - left,
  };
}

/** x, NHWC, without the rows and columns that no window reached. */
function cropped(g: Recorder, x: Value, w: Window): Value {
  const { bottom, right } = overhang(w);
  const size = [w.batchSize, w.inHeight + Math.min(0, bottom), w.inWidth + Math.min(0, right), w.inChannels];
  return slice(g, x, [0, 0, 0, 0], size);
}

/** Rows and columns of the input that no window reached. */
function outputPadding(w: Window): number[] {
  const { top, left, bottom, right } = w.padInfo;
  const reachedHeight = w.strideHeight * (w.outHeight - 1) + w.filterHeight - top - bottom;
  const reachedWidth = w.strideWidth * (w.outWidth - 1) + w.filterWidth - left - right;
  return [w.inHeight - reachedHeight, w.inWidth - reachedWidth];
}

// Depthwise: every channel has filters of its own; ONNX calls that `group`.

/** filter: [height, width, channels, multiplier] → [channels · multiplier, 1, height, width]. */
function groupedFilter(g: Recorder, filter: Value): Value {
  const [height, width, channels, multiplier] = filter.shape as [number, number, number, number];
  return reshape(g, transpose(g, filter, [2, 3, 0, 1]), [channels * multiplier, 1, height, width]);
}

export function depthwiseConv2d(g: Recorder, x: Value, filter: Value, w: Window): Value {
  const inputs = [toNchw(g, x), groupedFilter(g, filter)];
  return toNhwc(g, g.emit('Conv', inputs, float(outputOf(w)), { ...geometry(w), group: w.inChannels }));
}

export function depthwiseInputGradient(g: Recorder, dy: Value, filter: Value, w: Window): Value {
  const inputs = [toNchw(g, dy), groupedFilter(g, filter)];
  return toNhwc(
    g,
    g.emit('ConvTranspose', inputs, float(inputOf(w)), {
      ...geometry(w),
      group: w.inChannels,
      output_padding: outputPadding(w),
    }),
  );
}

export function depthwiseFilterGradient(g: Recorder, x: Value, dy: Value, w: Window): Value {
  const { batchSize, inChannels, filterHeight, filterWidth } = w;
  const multiplier = w.outChannels / inChannels;
  const reached = cropped(g, x, w);
  const images = reshape(g, transpose(g, reached, [3, 0, 1, 2]), [
    1,
    inChannels * batchSize,
    reached.shape[1]!,
    reached.shape[2]!,
  ]);
  const filters = transpose(g, dy, [3, 0, 1, 2]);
  const gradient = g.emit('Conv', [images, filters], float([1, w.outChannels, filterHeight, filterWidth]), {
    ...swapped(w),
    group: inChannels,
  });
  return transpose(
    g,
    reshape(g, gradient, [inChannels, multiplier, filterHeight, filterWidth]),
    [2, 3, 0, 1],
  );
}
