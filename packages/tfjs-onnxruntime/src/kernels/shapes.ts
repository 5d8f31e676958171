import { backend_util, slice_util, util } from '@tensorflow/tfjs-core';
import { normalAxes } from '../graph/shapes.js';
import type { Value } from '../graph/value.js';
import { expand, reshape } from '../ops/reshape.js';
import { flip, pad, slice } from '../ops/slice.js';
import { transpose } from '../ops/transpose.js';
import { kernel, onCpu, view } from './define.js';

export function registerShapes(): void {
  view('Identity', 'x', ({ shape }) => shape);
  view('Reshape', 'x', ({ shape }, attrs) =>
    util.inferFromImplicitShape(attrs.shape as number[], util.sizeFromShape(shape)),
  );
  view('ExpandDims', 'input', ({ shape }, attrs) => {
    const axis = attrs.dim as number;
    util.assert(
      axis >= -shape.length - 1 && axis <= shape.length,
      () => `a new axis ${axis} does not fit the shape [${shape}]`,
    );
    return shape.toSpliced(axis < 0 ? axis + shape.length + 1 : axis, 0, 1);
  });

  kernel<{ perm: number[] }>('Transpose', ({ g, value, attrs }) => transpose(g, value('x'), attrs.perm));

  kernel<{ axis: number }>('Concat', ({ g, list, backend, attrs }) => {
    const axis = normalAxes(attrs.axis, list()[0]!.shape.length)[0]!;
    backend_util.assertParamsConsistent(
      list().map(({ shape }) => shape),
      axis,
    );
    const values = list().map((tensor) => backend.graphValue(tensor));
    const filled = values.filter((value) => value.shape[axis]! > 0);
    if (filled.length === 0) return values[0]!;
    if (filled.length === 1) return filled[0]!;
    const total = filled.reduce((sum, value) => sum + value.shape[axis]!, 0);
    return g.emit(
      'Concat',
      filled,
      { shape: filled[0]!.shape.with(axis, total), dtype: filled[0]!.dtype },
      { axis },
    );
  });
  kernel<{ axis: number }>('Pack', ({ g, list, backend, attrs: { axis } }) => {
    for (const { shape, dtype } of list()) {
      util.assertShapesMatch(shape, list()[0]!.shape, 'all tensors of a stack must have one shape: ');
      util.assert(dtype === list()[0]!.dtype, () => 'all tensors of a stack must have one dtype');
    }
    const values = list().map((tensor) =>
      reshape(g, backend.graphValue(tensor), tensor.shape.toSpliced(axis, 0, 1)),
    );
    const { shape, dtype } = values[0]!;
    return g.emit('Concat', values, { shape: shape.with(axis, values.length), dtype }, { axis });
  });
  kernel<{ axis: number }>('Unpack', ({ g, value, attrs }) => {
    const x = value('value');
    const [axis] = normalAxes(attrs.axis, x.shape.length);
    return Array.from({ length: x.shape[axis!]! }, (_, at) =>
      reshape(g, part(x, axis!, at, 1), x.shape.toSpliced(axis!, 1)),
    );
    function part(from: Value, along: number, begin: number, length: number): Value {
      return slice(
        g,
        from,
        from.shape.map((_, i) => (i === along ? begin : 0)),
        from.shape.with(along, length),
      );
    }
  });
  kernel<{ numOrSizeSplits: number | number[]; axis: number }>('SplitV', ({ g, value, info, attrs }) => {
    const x = value('x');
    const [axis] = normalAxes(attrs.axis, x.shape.length);
    const sizes = backend_util.prepareSplitSize(info('x') as never, attrs.numOrSizeSplits, axis);
    let begin = 0;
    return sizes.map((size) => {
      const from = x.shape.map((_, i) => (i === axis ? begin : 0));
      begin += size;
      return slice(g, x, from, x.shape.with(axis!, size));
    });
  });

  kernel<{ begin: number | number[]; size: number | number[] }>('Slice', ({ g, value, info, attrs }) => {
    const [begin, size] = slice_util.parseSliceParams(info('x') as never, attrs.begin, attrs.size);
    slice_util.assertParamsValid(info('x') as never, begin!, size!);
    return slice(g, value('x'), begin!, size!);
  });
  kernel<{ dims: number | number[] }>('Reverse', ({ g, value, attrs }) => {
    const x = value('x');
    const axes = util.parseAxisParam(attrs.dims, [...x.shape]);
    return flip(g, x, normalAxes(axes, x.shape.length));
  });
  kernel<{ paddings: [number, number][]; constantValue: number }>('PadV2', ({ g, value, attrs }) => {
    const x = value('x');
    return x.shape.length === 0 ? x : pad(g, x, attrs.paddings, attrs.constantValue);
  });
  kernel<{ reps: number[] }>('Tile', ({ g, value, attrs: { reps } }) => {
    const x = value('x');
    const shape = x.shape.map((extent, axis) => extent * reps[axis]!);
    return x.shape.length === 0 ? x : g.emit('Tile', [x, g.int64(reps)], { shape, dtype: x.dtype });
  });
  kernel<{ shape: number[] }>('BroadcastTo', ({ g, value, attrs }) => expand(g, value('x'), attrs.shape));

  for (const [name, fill] of [
    ['ZerosLike', 0],
    ['OnesLike', 1],
  ] as const)
    kernel(name, ({ g, info }) => {
      const { shape, dtype } = info('x');
      if (dtype !== 'float32' && dtype !== 'int32' && dtype !== 'bool') return onCpu;
      return expand(g, g.scalar(fill, dtype), shape);
    });
}
