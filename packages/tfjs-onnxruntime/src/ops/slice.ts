import type { Recorder } from '../graph/recorder.js';
import type { Value } from '../graph/value.js';

/** x[begin … begin + size) on every axis. */
export function slice(g: Recorder, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const axes = x.shape.flatMap((extent, axis) => (size[axis] === extent ? [] : [axis]));
  if (axes.length === 0) return x;
  return g.emit(
    'Slice',
    [
      x,
      g.int64(axes.map((axis) => begin[axis]!)),
      g.int64(axes.map((axis) => begin[axis]! + size[axis]!)),
      g.int64(axes),
    ],
    { shape: size, dtype: x.dtype },
  );
}

/** The axes in reverse order of their elements. */
export function flip(g: Recorder, x: Value, axes: readonly number[]): Value {
  if (axes.length === 0) return x;
  return g.emit(
    'Slice',
    [
      x,
      g.int64(axes.map(() => -1)),
      g.int64(axes.map(() => -(2 ** 31))),
      g.int64(axes),
      g.int64(axes.map(() => -1)),
    ],
    { shape: x.shape, dtype: x.dtype },
  );
}

/** Constant padding: [before, after] of every axis. */
export function pad(
  g: Recorder,
  x: Value,
  paddings: readonly (readonly [number, number])[],
  fill = 0,
): Value {
  if (paddings.every(([before, after]) => before === 0 && after === 0)) return x;
  const shape = x.shape.map((extent, axis) => extent + paddings[axis]![0] + paddings[axis]![1]);
  const counts = [...paddings.map(([before]) => before), ...paddings.map(([, after]) => after)];
  return g.emit('Pad', [x, g.int64(counts), g.constant(x.dtype, [], [fill])], { shape, dtype: x.dtype });
}
