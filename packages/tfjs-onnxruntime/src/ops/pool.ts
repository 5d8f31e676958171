import type { Recorder } from '../graph/recorder.js';
import type { Value } from '../graph/value.js';
import { pads, strides, type Window } from './conv.js';
import { multiply } from './elementwise.js';
import { expand, reshape } from './reshape.js';
import { toNchw, toNhwc } from './transpose.js';

const outputOf = (w: Window) => [w.batchSize, w.inChannels, w.outHeight, w.outWidth];
const inputOf = (w: Window) => [w.batchSize, w.inChannels, w.inHeight, w.inWidth];
const windowAttributes = (w: Window) => ({
  kernel_shape: [w.filterHeight, w.filterWidth],
  strides: strides(w),
  pads: pads(w),
});

export function maxPool(g: Recorder, x: Value, w: Window): Value {
  return toNhwc(g, maxAndPlaces(g, x, w).max);
}

/** The largest of every window, NCHW, and where in x it stands. */
function maxAndPlaces(g: Recorder, x: Value, w: Window): { readonly max: Value; readonly places: Value } {
  const shape = outputOf(w);
  const [max, places] = g.emitAll(
    'MaxPool',
    [toNchw(g, x)],
    [
      { shape, dtype: 'float32' },
      { shape, dtype: 'int64' },
    ],
    windowAttributes(w),
  );
  return { max: max!, places: places! };
}

/** dy goes where the maximum stood, NHWC. */
export function maxPoolGradient(g: Recorder, x: Value, dy: Value, w: Window): Value {
  const { places } = maxAndPlaces(g, x, w);
  const output = { shape: inputOf(w), dtype: 'float32' as const };
  const isOverlapping = w.strideHeight < w.filterHeight || w.strideWidth < w.filterWidth;
  if (!isOverlapping)
    return toNhwc(
      g,
      g.emit('MaxUnpool', [toNchw(g, dy), places, g.int64(output.shape)], output, windowAttributes(w)),
    );
  const flat = [output.shape.reduce((product, extent) => product * extent, 1)];
  const zeros = expand(g, g.scalar(0), flat);
  const numWindows = [places.shape.reduce((product, extent) => product * extent, 1)];
  const added = g.emit(
    'ScatterElements',
    [zeros, reshape(g, places, numWindows), reshape(g, toNchw(g, dy), numWindows)],
    { shape: flat, dtype: 'float32' },
    { axis: 0, reduction: 'add' },
  );
  return toNhwc(g, reshape(g, added, output.shape));
}

export function avgPool(g: Recorder, x: Value, w: Window): Value {
  const output = { shape: outputOf(w), dtype: 'float32' as const };
  return toNhwc(g, g.emit('AveragePool', [toNchw(g, x)], output, windowAttributes(w)));
}

/** Every input of a window gets an equal share of dy, NHWC. Null for windows that overlap or reach over the edge. */
export function avgPoolGradient(g: Recorder, dy: Value, w: Window): Value | null {
  const isTiling =
    w.strideHeight === w.filterHeight &&
    w.strideWidth === w.filterWidth &&
    w.outHeight * w.filterHeight === w.inHeight &&
    w.outWidth * w.filterWidth === w.inWidth;
  if (!isTiling) return null;
  const { batchSize, outHeight, outWidth, inChannels, filterHeight, filterWidth } = w;
  const share = multiply(g, dy, g.scalar(1 / (filterHeight * filterWidth)));
  const spread = expand(g, reshape(g, share, [batchSize, outHeight, 1, outWidth, 1, inChannels]), [
    batchSize,
    outHeight,
    filterHeight,
    outWidth,
    filterWidth,
    inChannels,
  ]);
  return reshape(g, spread, [batchSize, w.inHeight, w.inWidth, inChannels]);
}
