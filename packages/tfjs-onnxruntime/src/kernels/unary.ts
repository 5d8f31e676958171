import type { Recorder } from '../graph/recorder.js';
import type { Value } from '../graph/value.js';
import { add, binary, cast, multiply, subtract, toFloat, unary } from '../ops/elementwise.js';
import { type Call, kernel, onCpu } from './define.js';

/** Same name in tfjs and ONNX, any number type. */
const sameType = ['Neg', 'Abs', 'Relu'];

/** Same name, float32 only; whole numbers stay what they are. */
const rounding = ['Floor', 'Ceil', 'Round'];

/** Same name, result float32. */
const floating = [
  ...['Exp', 'Log', 'Sqrt', 'Reciprocal', 'Sigmoid', 'Tanh', 'Erf', 'Softplus', 'Elu', 'Selu'],
  ...['Sin', 'Cos', 'Tan', 'Asin', 'Acos', 'Atan', 'Sinh', 'Cosh', 'Asinh', 'Acosh', 'Atanh'],
];

type Formula = (g: Recorder, x: Value, call: Call<{ alpha: number }>) => Value;

const formulas: Record<string, Formula> = {
  Rsqrt: (g, x) => unary(g, 'Reciprocal', unary(g, 'Sqrt', toFloat(g, x))),
  Square: (g, x) => multiply(g, x, x),
  Log1p: (g, x) => unary(g, 'Log', add(g, toFloat(g, x), g.scalar(1))),
  Expm1: (g, x) => subtract(g, unary(g, 'Exp', toFloat(g, x)), g.scalar(1)),
  Relu6: (g, x) => binary(g, 'Min', unary(g, 'Relu', x), g.scalar(6, x.dtype)),
  // NaN has the sign 0 in tfjs.
  Sign: (g, x) => {
    const zero = g.scalar(0, x.dtype);
    const isAbove = cast(g, binary(g, 'Greater', x, zero, 'bool'), x.dtype);
    return subtract(g, isAbove, cast(g, binary(g, 'Less', x, zero, 'bool'), x.dtype));
  },
  IsNan: (g, x) => unary(g, 'IsNaN', toFloat(g, x), 'bool'),
  IsInf: (g, x) => unary(g, 'IsInf', toFloat(g, x), 'bool'),
  LogicalNot: (g, x) => unary(g, 'Not', cast(g, x, 'bool')),
  LeakyRelu: (g, x, { attrs }) =>
    unary(g, 'LeakyRelu', toFloat(g, x), 'float32', { alpha: { float: attrs.alpha } }),
  Step: (g, x, { attrs: { alpha } }) => {
    const isPositive = binary(g, 'Greater', x, g.scalar(0, x.dtype), 'bool');
    if (!alpha) return cast(g, isPositive, x.dtype);
    const step = multiply(g, cast(g, isPositive, 'float32'), g.scalar(1 - alpha));
    return cast(g, add(g, step, g.scalar(alpha)), x.dtype);
  },
};

export function registerUnary(): void {
  for (const op of sameType) kernel(op, ({ g, value }) => unary(g, op, value('x')));
  for (const op of rounding)
    kernel(op, ({ g, value }) => {
      const x = value('x');
      return x.dtype === 'float32' ? unary(g, op, x) : x;
    });
  for (const op of floating) kernel(op, ({ g, value }) => unary(g, op, toFloat(g, value('x'))));
  for (const [name, formula] of Object.entries(formulas))
    kernel<{ alpha: number }>(name, (call) => formula(call.g, call.value('x'), call));

  kernel<{ clipValueMin: number; clipValueMax: number }>('ClipByValue', ({ g, value, attrs }) => {
    const x = value('x');
    const raised = binary(g, 'Max', x, g.scalar(attrs.clipValueMin, x.dtype));
    return binary(g, 'Min', raised, g.scalar(attrs.clipValueMax, x.dtype));
  });

  kernel<{ dtype: string }>('Cast', ({ g, value, attrs }) => {
    const { dtype } = attrs;
    return dtype === 'float32' || dtype === 'int32' || dtype === 'bool' ? cast(g, value('x'), dtype) : onCpu;
  });

  kernel('EluGrad', ({ g, value }) => {
    const y = value('y');
    // d elu/dx is 1 above 0, and elu(x) + 1 below.
    const slope = add(g, binary(g, 'Min', y, g.scalar(0)), g.scalar(1));
    return multiply(g, value('dy'), slope);
  });
}
