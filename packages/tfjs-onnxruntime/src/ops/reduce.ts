import type { Recorder } from '../graph/recorder.js';
import type { Value } from '../graph/value.js';
import { reshape } from './reshape.js';
import { transposeOf } from './transpose.js';

export type Reduction = 'ReduceSum' | 'ReduceMean' | 'ReduceMax' | 'ReduceMin' | 'ReduceProd';

/** Reduces over `axes` (ascending, from the front). The reduced axes go, or stay with extent 1. */
export function reduce(
  g: Recorder,
  op: Reduction,
  x: Value,
  axes: readonly number[],
  keepDims = false,
): Value {
  if (axes.length === 0) return x;
  const kept = x.shape.map((extent, axis) => (axes.includes(axis) ? 1 : extent));
  const shape = keepDims ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  const inner = transposeOf(x);
  // With one axis left at most, the order of the axes is lost anyway.
  if (inner && x.shape.length - axes.length <= 1) {
    const innerAxes = axes.map((axis) => inner.permutation[axis]!).sort((a, b) => a - b);
    return reshape(g, reduce(g, op, inner.base, innerAxes), shape);
  }
  return g.emit(op, [x, g.int64(axes)], { shape, dtype: x.dtype }, { keepdims: keepDims ? 1 : 0 });
}
