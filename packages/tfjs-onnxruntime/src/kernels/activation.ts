import type { Recorder } from '../graph/recorder.js';
import type { Value } from '../graph/value.js';
import { add, binary, multiply, unary } from '../ops/elementwise.js';

/** What the fused kernels do after their product: bias, then activation. */
export interface Epilogue {
  readonly bias: Value | undefined;
  readonly activation: string | null | undefined;
  readonly preluActivationWeights: Value | undefined;
  readonly leakyreluAlpha: number | undefined;
}

export function finish(g: Recorder, product: Value, epilogue: Epilogue): Value {
  const x = epilogue.bias ? add(g, product, epilogue.bias) : product;
  switch (epilogue.activation) {
    case undefined:
    case null:
    case 'linear':
      return x;
    case 'relu':
      return unary(g, 'Relu', x);
    case 'relu6':
      return binary(g, 'Min', unary(g, 'Relu', x), g.scalar(6));
    case 'sigmoid':
      return unary(g, 'Sigmoid', x);
    case 'elu':
      return unary(g, 'Elu', x);
    case 'tanh':
      return unary(g, 'Tanh', x);
    case 'leakyrelu':
      return unary(g, 'LeakyRelu', x, 'float32', { alpha: { float: epilogue.leakyreluAlpha ?? 0.2 } });
    case 'prelu': {
      const zero = g.scalar(0);
      const below = multiply(g, epilogue.preluActivationWeights!, binary(g, 'Min', x, zero));
      return add(g, binary(g, 'Max', x, zero), below);
    }
    default:
      throw new Error(`the activation “${epilogue.activation}” cannot be fused`);
  }
}
