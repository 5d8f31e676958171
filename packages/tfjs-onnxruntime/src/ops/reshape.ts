import type { Recorder } from '../graph/recorder.js';
import { isSameShape, type Shape } from '../graph/shapes.js';
import type { Value } from '../graph/value.js';

/** The same numbers in another shape of the same size. Reshapes of reshapes collapse. */
export function reshape(g: Recorder, value: Value, shape: Shape): Value {
  let base = value;
  while (base.producer?.op === 'Reshape') base = base.producer.inputs[0]!;
  if (isSameShape(base.shape, shape)) return base;
  if (base.data) return g.alias(base, shape);
  return g.emit('Reshape', [base, g.int64(shape)], { shape, dtype: base.dtype }, { allowzero: 1 });
}

/** Broadcasts to `shape`. */
export function expand(g: Recorder, value: Value, shape: Shape): Value {
  if (isSameShape(value.shape, shape)) return value;
  return g.emit('Expand', [value, g.int64(shape)], { shape, dtype: value.dtype });
}
