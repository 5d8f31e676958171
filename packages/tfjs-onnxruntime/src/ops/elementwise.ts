import type { Recorder } from '../graph/recorder.js';
import { broadcastShape, inverse, isSameShape, permuted, sizeOf } from '../graph/shapes.js';
import type { Attributes, DType, Value } from '../graph/value.js';
import { elementTypes } from '../onnx/schema.js';
import { blockedConv, fromBlocks, isBlockedConv } from './blocked.js';
import { reshape } from './reshape.js';
import { transpose, transposeOf } from './transpose.js';

/** op(x), element by element. */
export function unary(
  g: Recorder,
  op: string,
  x: Value,
  dtype: DType = x.dtype,
  attributes?: Attributes,
): Value {
  const inner = transposeOf(x);
  if (inner) return transpose(g, unary(g, op, inner.base, dtype, attributes), inner.permutation);
  const result = g.emit(op, [x], { shape: x.shape, dtype }, attributes);
  if (op === 'Relu') x.relu = result;
  return result;
}

export function cast(g: Recorder, x: Value, dtype: DType): Value {
  return x.dtype === dtype ? x : unary(g, 'Cast', x, dtype, { to: elementTypes[dtype] });
}

/** op(a, b) with broadcasting. */
export function binary(g: Recorder, op: string, a: Value, b: Value, dtype: DType = a.dtype): Value {
  if (op === 'Add') {
    const fused = addBias(g, a, b);
    if (fused) return fused;
  }
  // The derivative of relu asks whether x > 0. Asked of relu(x) instead, x is needed no more, and the product or
  // convolution that makes x may take the relu in.
  if (op === 'Greater' && a.relu && isZero(g, b) && isThere(g, a.relu))
    return binary(g, op, a.relu, b, dtype);
  return sunk(g, op, a, b, dtype) ?? plain(g, op, a, b, dtype);
}

const plain = (g: Recorder, op: string, a: Value, b: Value, dtype: DType): Value =>
  g.emit(op, [a, b], { shape: broadcastShape(a.shape, b.shape), dtype });

/** Works on what the operands are transposes of. Null where neither is one, or the other would not fit. */
function sunk(g: Recorder, op: string, a: Value, b: Value, dtype: DType): Value | null {
  const [innerA, innerB] = [transposeOf(a), transposeOf(b)];
  const inner = innerA ?? innerB;
  if (!inner) return null;
  const { base, permutation } = inner;
  const rank = permutation.length;
  const other = innerA ? b : a;
  const otherInner = innerA ? innerB : null;
  let moved: Value;
  if (otherInner && isSameShape(otherInner.permutation, permutation)) moved = otherInner.base;
  else if (other.shape.length > rank) return null;
  else if (sizeOf(other.shape) === 1) moved = other;
  else {
    const full = [...new Array<number>(rank - other.shape.length).fill(1), ...other.shape];
    const back = inverse(permutation);
    const isVector = full.filter((extent) => extent > 1).length <= 1;
    moved = isVector ? reshape(g, other, permuted(full, back)) : transpose(g, reshape(g, other, full), back);
  }
  const [left, right] = innerA ? [base, moved] : [moved, base];
  // Where the other operand had to be transposed for this, sinking again would swap the two for ever.
  const result = transposeOf(moved) ? plain(g, op, left, right, dtype) : binary(g, op, left, right, dtype);
  return transpose(g, result, permutation);
}

/** A convolution takes its bias [channels, 1, 1] in. */
function addBias(g: Recorder, a: Value, b: Value): Value | null {
  const [channels, height, width] = b.shape;
  if (b.shape.length !== 3 || channels !== a.shape[1] || height !== 1 || width !== 1) return null;
  const node = a.producer;
  const blocked = node?.op === 'ReorderOutput' ? node.inputs[0]! : null;
  if (blocked && isBlockedConv(blocked) && blocked.producer!.inputs.length === 2) {
    const [x, filter] = blocked.producer!.inputs as [Value, Value];
    const bias = reshape(g, b, [channels!]);
    return fromBlocks(g, blockedConv(g, x, filter, a.shape, blocked.producer!.attributes, bias));
  }
  if (node?.op !== 'Conv' || node.domain !== '' || node.inputs.length !== 2) return null;
  return g.emit(
    'Conv',
    [...node.inputs, reshape(g, b, [channels!])],
    { shape: a.shape, dtype: a.dtype },
    node.attributes,
  );
}

const isZero = (g: Recorder, value: Value): boolean =>
  value.constant !== null && value === g.constant(value.dtype, [], [0]);

/** False for a result that an earlier run did not keep. */
const isThere = (g: Recorder, value: Value): boolean => value.data !== null || value.epoch === g.epoch;

/** a + b·c and the like read better so. */
export const add = (g: Recorder, a: Value, b: Value): Value => binary(g, 'Add', a, b);
export const subtract = (g: Recorder, a: Value, b: Value): Value => binary(g, 'Sub', a, b);
export const multiply = (g: Recorder, a: Value, b: Value): Value => binary(g, 'Mul', a, b);
export const divide = (g: Recorder, a: Value, b: Value): Value => binary(g, 'Div', a, b);
export const toFloat = (g: Recorder, x: Value): Value => cast(g, x, 'float32');
