import type { GradientFactors } from './gradient-factors.js';

/** The examples at `rows`, in that order. */
export function selectRows(factors: GradientFactors, rows: ArrayLike<number>): GradientFactors {
  return {
    numExamples: rows.length,
    numClasses: factors.numClasses,
    outputs: takeRows(factors.outputs, factors.numClasses, rows),
    layers: factors.layers.map((layer) => ({
      ...layer,
      inputs: takeRows(layer.inputs, layer.numInputs, rows),
      deltas: layer.deltas && takeRows(layer.deltas, layer.numDeltas, rows),
    })),
  };
}

/** The examples of all parts, one after the other; the parts come from one network. */
export function concatRows(parts: readonly GradientFactors[]): GradientFactors {
  const first = parts[0];
  if (!first) throw new RangeError('concatRows: no parts');
  return {
    numExamples: parts.reduce((sum, p) => sum + p.numExamples, 0),
    numClasses: first.numClasses,
    outputs: concat(parts.map((p) => p.outputs)),
    layers: first.layers.map((layer, l) => ({
      ...layer,
      inputs: concat(parts.map((p) => p.layers[l]!.inputs)),
      deltas: layer.deltas && concat(parts.map((p) => p.layers[l]!.deltas!)),
    })),
  };
}

/** Rows of a row-major matrix of the given width, in the order asked for. */
export function takeRows<T extends Float32Array | Float64Array>(
  values: T,
  width: number,
  rows: ArrayLike<number>,
): T {
  const taken = new (values.constructor as new (n: number) => T)(rows.length * width);
  for (let r = 0; r < rows.length; r++)
    taken.set(values.subarray(rows[r]! * width, (rows[r]! + 1) * width), r * width);
  return taken;
}

export function concat(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, p) => sum + p.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
