import type { Recorder } from '../graph/recorder.js';
import type { Attributes, Value } from '../graph/value.js';
import { reshape } from './reshape.js';
import { flip } from './slice.js';
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

const geometry = (w: Window): Attributes => ({
  strides: strides(w),
  dilations: [w.dilationHeight, w.dilationWidth],
  pads: pads(w),
});
const outputOf = (w: Window) => [w.batchSize, w.outChannels, w.outHeight, w.outWidth];
const inputOf = (w: Window) => [w.batchSize, w.inChannels, w.inHeight, w.inWidth];
const float = (shape: readonly number[]) => ({ shape, dtype: 'float32' as const });

/** x: NHWC, filter: [height, width, in, out] → NHWC. */
export function conv2d(g: Recorder, x: Value, filter: Value, w: Window): Value {
  const weights = transpose(g, filter, [3, 2, 0, 1]);
  return toNhwc(g, g.emit('Conv', [toNchw(g, x), weights], float(outputOf(w)), geometry(w)));
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
  return toNhwc(
    g,
    g.emit('Conv', [toNchw(g, dy), turned], float(inputOf(w)), {
      strides: [1, 1],
      pads: [h - top, v - left, h - bottom, v - right],
    }),
  );
}

/** Gradient by the filter, [height, width, in, out]: a convolution in which batch and channels have changed places. */
export function conv2dFilterGradient(g: Recorder, x: Value, dy: Value, w: Window): Value {
  const images = transpose(g, x, [3, 0, 1, 2]);
  const filters = transpose(g, dy, [3, 0, 1, 2]);
  const gradient = g.emit(
    'Conv',
    [images, filters],
    float([w.inChannels, w.outChannels, w.filterHeight, w.filterWidth]),
    swapped(w),
  );
  return transpose(g, gradient, [2, 3, 0, 1]);
}

/** Stride and dilation change places too; what the strides skipped at the end is cut off by a negative padding. */
function swapped(w: Window): Attributes {
  const { top, left } = w.padInfo;
  const bottom = (w.outHeight - 1) * w.strideHeight + w.filterHeight - w.inHeight - top;
  const right = (w.outWidth - 1) * w.strideWidth + w.filterWidth - w.inWidth - left;
  return {
    dilations: strides(w),
    strides: [w.dilationHeight, w.dilationWidth],
    pads: [top, left, bottom, right],
  };
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
  const images = reshape(g, transpose(g, x, [3, 0, 1, 2]), [
    1,
    inChannels * batchSize,
    w.inHeight,
    w.inWidth,
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
