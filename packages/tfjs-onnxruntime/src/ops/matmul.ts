import type { Recorder } from '../graph/recorder.js';
import { broadcastShape } from '../graph/shapes.js';
import type { Value } from '../graph/value.js';

/** op(a) op(b) over the last two axes, the ones before broadcast. */
export function matmul(g: Recorder, a: Value, b: Value, transposeA = false, transposeB = false): Value {
  const rank = Math.max(a.shape.length, b.shape.length);
  const m = a.shape.at(transposeA ? -1 : -2)!;
  const n = b.shape.at(transposeB ? -2 : -1)!;
  const inner = [a.shape.at(transposeA ? -2 : -1), b.shape.at(transposeB ? -1 : -2)];
  if (inner[0] !== inner[1])
    throw new RangeError(
      `inner dimensions ${inner[0]} and ${inner[1]} of a product differ: shapes [${a.shape}] and [${b.shape}], ` +
        `transposed ${transposeA} and ${transposeB}`,
    );
  const shape = [...broadcastShape(a.shape.slice(0, -2), b.shape.slice(0, -2)), m, n];
  const output = { shape, dtype: a.dtype };
  if (!transposeA && !transposeB) return g.emit('MatMul', [a, b], output);
  const flags = { transA: transposeA ? 1 : 0, transB: transposeB ? 1 : 0 };
  return rank === 2
    ? g.emit('Gemm', [a, b], output, flags)
    : g.emit('FusedMatMul', [a, b], output, flags, 'com.microsoft');
}
