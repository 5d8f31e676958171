import type { Recorder } from '../graph/recorder.js';
import { isIdentity, permuted } from '../graph/shapes.js';
import type { Value } from '../graph/value.js';

// tfjs keeps images as NHWC, ONNX as NCHW. Transposes are moved behind what works on single elements (“sunk”), until two
// of them meet and cancel: between the layers of a convolutional network none is left.

export function transpose(g: Recorder, value: Value, permutation: readonly number[]): Value {
  const inner = transposeOf(value);
  if (inner) return transpose(g, inner.base, permuted(inner.permutation, permutation));
  if (isIdentity(permutation)) return value;
  const shape = permuted(value.shape, permutation);
  return g.emit('Transpose', [value], { shape, dtype: value.dtype }, { perm: permutation });
}

/** What a transposed value is a transpose of; null for all others. */
export function transposeOf(
  value: Value,
): { readonly base: Value; readonly permutation: readonly number[] } | null {
  const node = value.producer;
  if (node?.op !== 'Transpose') return null;
  return { base: node.inputs[0]!, permutation: node.attributes.perm as readonly number[] };
}

export const toNchw = (g: Recorder, value: Value): Value => transpose(g, value, [0, 3, 1, 2]);
export const toNhwc = (g: Recorder, value: Value): Value => transpose(g, value, [0, 2, 3, 1]);
