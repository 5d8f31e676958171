import { type DataType, upcastType } from '@tensorflow/tfjs-core';
import type { Recorder } from '../graph/recorder.js';
import type { DType, Value } from '../graph/value.js';
import { add, binary, cast, divide, multiply, subtract, toFloat, unary } from '../ops/elementwise.js';
import { reshape } from '../ops/reshape.js';
import { kernel } from './define.js';

const arithmetic = {
  Add: 'Add',
  Sub: 'Sub',
  Multiply: 'Mul',
  Maximum: 'Max',
  Minimum: 'Min',
  Pow: 'Pow',
};
const comparisons = {
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Equal: 'Equal',
};
type Formula = (g: Recorder, a: Value, b: Value) => Value;

const formulas: Record<string, Formula> = {
  RealDiv: (g, a, b) => divide(g, toFloat(g, a), toFloat(g, b)),
  FloorDiv: (g, a, b) => cast(g, unary(g, 'Floor', divide(g, toFloat(g, a), toFloat(g, b))), 'int32'),
  DivNoNan: (g, a, b) => {
    const [x, y] = [toFloat(g, a), toFloat(g, b)];
    const zero = g.scalar(0);
    const isZero = binary(g, 'Equal', y, zero, 'bool');
    const quotient = divide(g, x, y);
    return g.emit('Where', [isZero, zero, quotient], { shape: quotient.shape, dtype: 'float32' });
  },
  SquaredDifference: (g, a, b) => {
    const difference = subtract(g, a, b);
    return multiply(g, difference, difference);
  },
  Mod: (g, a, b) => {
    const quotient = divide(g, a, b);
    const floor = a.dtype === 'int32' ? quotient : unary(g, 'Floor', quotient);
    return subtract(g, a, multiply(g, b, floor));
  },
  NotEqual: (g, a, b) => unary(g, 'Not', binary(g, 'Equal', a, b, 'bool')),
  LogicalAnd: (g, a, b) => binary(g, 'And', cast(g, a, 'bool'), cast(g, b, 'bool')),
  LogicalOr: (g, a, b) => binary(g, 'Or', cast(g, a, 'bool'), cast(g, b, 'bool')),
};

/** Both in the type that tfjs calculates in. */
function upcast(g: Recorder, a: Value, b: Value): [Value, Value] {
  const dtype = upcastType(a.dtype as DataType, b.dtype as DataType) as DType;
  return [cast(g, a, dtype), cast(g, b, dtype)];
}

/** ONNX does not calculate with truths. */
const number = (g: Recorder, x: Value) => (x.dtype === 'bool' ? cast(g, x, 'int32') : x);

export function registerBinary(): void {
  const both = (name: string, formula: Formula) =>
    kernel(name, ({ g, value }) => formula(g, ...upcast(g, value('a'), value('b'))));
  for (const [name, op] of Object.entries(arithmetic))
    both(name, (g, a, b) => binary(g, op, number(g, a), number(g, b)));
  for (const [name, op] of Object.entries(comparisons))
    both(name, (g, a, b) =>
      binary(g, op, op === 'Equal' ? a : number(g, a), op === 'Equal' ? b : number(g, b), 'bool'),
    );
  for (const [name, formula] of Object.entries(formulas)) both(name, formula);

  kernel('AddN', ({ g, list, backend }) =>
    list()
      .map((tensor) => backend.graphValue(tensor))
      .reduce((sum, value) => add(g, sum, value)),
  );

  kernel('Prelu', ({ g, value }) => {
    const [x, alpha] = [toFloat(g, value('x')), toFloat(g, value('alpha'))];
    const zero = g.scalar(0);
    return add(g, binary(g, 'Max', x, zero), multiply(g, alpha, binary(g, 'Min', x, zero)));
  });

  kernel('Select', ({ g, value }) => {
    const condition = cast(g, value('condition'), 'bool');
    const [t, e] = upcast(g, value('t'), value('e'));
    // A list of truths chooses whole rows.
    const isByRow = condition.shape.length === 1 && t.shape.length > 1;
    const mask = isByRow
      ? reshape(g, condition, [condition.shape[0]!, ...t.shape.slice(1).map(() => 1)])
      : condition;
    return g.emit('Where', [mask, t, e], { shape: t.shape, dtype: t.dtype });
  });
}
