import type { DataType } from '@tensorflow/tfjs-core';
import type { Recorder } from '../graph/recorder.js';
import { normalAxes } from '../graph/shapes.js';
import type { DType, Value } from '../graph/value.js';
import { add, binary, cast, multiply } from '../ops/elementwise.js';
import { matmul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { transpose } from '../ops/transpose.js';
import { kernel, onCpu } from './define.js';

export function registerIndexing(): void {
  kernel<{ axis: number; batchDims: number }>('GatherV2', ({ g, value, info, attrs }) => {
    if (attrs.batchDims) return onCpu;
    const x = info('x').shape;
    const indices = info('indices').shape;
    const [axis] = normalAxes(attrs.axis, x.length);
    requireInside(value('indices'), x[axis!]!);
    const shape = [...x.slice(0, axis), ...indices, ...x.slice(axis! + 1)];
    return g.emit(
      'Gather',
      [value('x'), cast(g, value('indices'), 'int32')],
      { shape, dtype: info('x').dtype as DType },
      { axis: axis! },
    );
  });

  // ONNX Runtime has no OneHot of int32: compare with 0 … depth − 1 instead.
  kernel<{ depth: number; onValue: number; offValue: number; dtype: DataType }>(
    'OneHot',
    ({ g, value, attrs }) => {
      const dtype = (attrs.dtype ?? 'int32') as DType;
      const indices = cast(g, value('indices'), 'int32');
      const places = range(g, attrs.depth);
      const isHot = binary(g, 'Equal', reshape(g, indices, [...indices.shape, 1]), places, 'bool');
      const hot = cast(g, isHot, dtype);
      const [on, off] = [attrs.onValue ?? 1, attrs.offValue ?? 0];
      if (on === 1 && off === 0) return hot;
      return add(g, multiply(g, hot, g.scalar(on - off, dtype)), g.scalar(off, dtype));
    },
  );

  // The gradient of an embedding: rows of x added up by segment, as a product with the one-hot segments.
  kernel<{ numSegments: number }>('UnsortedSegmentSum', ({ g, value, info, attrs }) => {
    const { shape, dtype } = info('x');
    const rows = info('segmentIds').shape;
    if (
      dtype !== 'float32' ||
      rows.length !== 1 ||
      shape.length < 1 ||
      rows[0]! * attrs.numSegments > 2 ** 26
    )
      return onCpu;
    const width = shape.slice(1).reduce((product, extent) => product * extent, 1);
    const ids = reshape(g, cast(g, value('segmentIds'), 'int32'), [rows[0]!, 1]);
    const hot = cast(g, binary(g, 'Equal', ids, range(g, attrs.numSegments), 'bool'), 'float32');
    const sums = matmul(g, transpose(g, hot, [1, 0]), reshape(g, value('x'), [rows[0]!, width]));
    return reshape(g, sums, [attrs.numSegments, ...shape.slice(1)]);
  });
}

/** 0 … count − 1, [count] int32. */
const range = (g: Recorder, count: number): Value =>
  g.emit(
    'Range',
    [0, count, 1].map((value) => g.scalar(value, 'int32')),
    { shape: [count], dtype: 'int32' },
  );

/** Indices that are known already are checked here; the others by ONNX Runtime, when the graph runs. */
function requireInside({ data }: Value, extent: number): void {
  for (const index of data ?? [])
    if (!(index >= 0 && index < extent))
      throw new RangeError(`GatherV2: the index value ${index} is not in [0, ${extent - 1}]`);
}
