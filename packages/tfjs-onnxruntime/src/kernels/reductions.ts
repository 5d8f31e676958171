import type { Recorder } from '../graph/recorder.js';
import { normalAxes } from '../graph/shapes.js';
import type { Value } from '../graph/value.js';
import { cast, toFloat } from '../ops/elementwise.js';
import { type Reduction, reduce } from '../ops/reduce.js';
import { kernel } from './define.js';

interface Attrs {
  readonly axis: number | number[] | null;
  readonly keepDims: boolean;
}

const asNumber = (g: Recorder, x: Value) => (x.dtype === 'bool' ? cast(g, x, 'int32') : x);

const reductions: Record<string, { op: Reduction; prepare: (g: Recorder, x: Value) => Value }> = {
  Sum: { op: 'ReduceSum', prepare: asNumber },
  Mean: { op: 'ReduceMean', prepare: toFloat },
  Max: { op: 'ReduceMax', prepare: asNumber },
  Min: { op: 'ReduceMin', prepare: asNumber },
  Prod: { op: 'ReduceProd', prepare: asNumber },
};

/** Of truths: all is the smallest, any the largest. */
const truths: Record<string, Reduction> = { All: 'ReduceMin', Any: 'ReduceMax' };

export function registerReductions(): void {
  for (const [name, { op, prepare }] of Object.entries(reductions))
    kernel<Attrs & { reductionIndices?: number | number[] }>(name, ({ g, value, attrs }) => {
      const x = value('x');
      const axes = normalAxes(attrs.axis ?? attrs.reductionIndices, x.shape.length);
      return reduce(g, op, prepare(g, x), axes, attrs.keepDims);
    });
  for (const [name, op] of Object.entries(truths))
    kernel<Attrs>(name, ({ g, value, attrs }) => {
      const x = cast(g, cast(g, value('x'), 'bool'), 'int32');
      const reduced = reduce(g, op, x, normalAxes(attrs.axis, x.shape.length), attrs.keepDims);
      return cast(g, reduced, 'bool');
    });
  for (const op of ['ArgMax', 'ArgMin'])
    kernel<{ axis: number }>(op, ({ g, value, attrs }) => {
      const x = asNumber(g, value('x'));
      const [axis] = normalAxes(attrs.axis ?? 0, x.shape.length);
      const shape = x.shape.filter((_, at) => at !== axis);
      return cast(g, g.emit(op, [x], { shape, dtype: 'int64' }, { axis: axis!, keepdims: 0 }), 'int32');
    });
  kernel<{ axis: number; exclusive: boolean; reverse: boolean }>('Cumsum', ({ g, value, attrs }) => {
    const x = asNumber(g, value('x'));
    const [axis] = normalAxes(attrs.axis, x.shape.length);
    return g.emit('CumSum', [x, g.constant('int64', [], [axis!])], x, {
      exclusive: attrs.exclusive ? 1 : 0,
      reverse: attrs.reverse ? 1 : 0,
    });
  });
  for (const name of ['Softmax', 'LogSoftmax'])
    kernel<{ dim?: number; axis?: number }>(name, ({ g, value, attrs }) => {
      const x = toFloat(g, value('logits'));
      return g.emit(name, [x], { shape: x.shape, dtype: 'float32' }, { axis: attrs.dim ?? attrs.axis ?? -1 });
    });
}
