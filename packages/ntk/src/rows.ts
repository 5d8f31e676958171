import type { GradientFactors } from './gradient-factors.js';
import { arrayOf, type FactorArray, fieldsOf, layerOf, shapeOf } from './gradients/layer-factors.js';

/** The examples at `rows`, in that order. */
export const selectRows = (factors: GradientFactors, rows: ArrayLike<number>): GradientFactors =>
  mapArrays(factors, rows.length, (array, width) => takeRows(array, width, rows));

/** The examples of all parts, one after the other; the parts come from one network. Throws RangeError for no parts. */
export function concatRows(parts: readonly GradientFactors[]): GradientFactors {
  const first = parts[0];
  if (!first) throw new RangeError('concatRows: no parts');
  const whole = allocateRows(
    first,
    parts.reduce((sum, p) => sum + p.numExamples, 0),
  );
  let at = 0;
  for (const part of parts) {
    copyRowsInPlace(whole, part, at);
    at += part.numExamples;
  }
  return whole;
}

/** Factors of the same shapes for `numExamples` examples, all numbers 0. */
export const allocateRows = (like: GradientFactors, numExamples: number): GradientFactors =>
  mapArrays(like, numExamples, (array, width) => newArray(array, numExamples * width));

/** Writes the examples of `part` into `whole` from row `at`. Throws RangeError when they come from different networks. */
export function copyRowsInPlace(whole: GradientFactors, part: GradientFactors, at: number): void {
  const shape = ({ layers, numHeads }: GradientFactors) => JSON.stringify([numHeads, layers.map(shapeOf)]);
  if (shape(whole) !== shape(part))
    throw new RangeError(`the factors come from different networks: ${shape(whole)} and ${shape(part)}`);
  const from = arraysOf(part);
  arraysOf(whole).forEach(({ array, width }, i) => {
    array.set(from[i]!.array, at * width);
  });
}

/** Every array with the numbers of one example in it. */
function arraysOf(factors: GradientFactors): { readonly array: FactorArray; readonly width: number }[] {
  const { outputs, numClasses, embeddings, embeddingWidth, layers, numHeads } = factors;
  return [
    { array: outputs, width: numClasses },
    { array: embeddings, width: embeddingWidth },
    ...layers.flatMap((layer) =>
      fieldsOf(layer, numHeads).map(({ field, width }) => ({ array: arrayOf(layer, field), width })),
    ),
  ];
}

/** Factors with every array replaced; one array in two places stays one array. */
function mapArrays(
  factors: GradientFactors,
  numExamples: number,
  map: <T extends FactorArray>(array: T, width: number) => T,
): GradientFactors {
  const embeddings = map(factors.embeddings, factors.embeddingWidth);
  return {
    ...factors,
    numExamples,
    outputs: map(factors.outputs, factors.numClasses),
    embeddings,
    layers: factors.layers.map((layer) => {
      const arrays: Record<string, FactorArray> = {};
      for (const { field, width } of fieldsOf(layer, factors.numHeads)) {
        const array = arrayOf(layer, field);
        arrays[field] = array === factors.embeddings ? embeddings : map(array, width);
      }
      return layerOf(shapeOf(layer), arrays);
    }),
  };
}

/** Rows of a row-major matrix of the given width, in the order asked for. */
export function takeRows<T extends Float32Array | Float64Array | Int32Array>(
  values: T,
  width: number,
  rows: ArrayLike<number>,
): T {
  const taken = newArray(values, rows.length * width);
  if (width < worthCopying) {
    for (let r = 0, to = 0; r < rows.length; r++)
      for (let from = rows[r]! * width, end = from + width; from < end; from++) taken[to++] = values[from]!;
    return taken;
  }
  for (let r = 0; r < rows.length; r++)
    taken.set(values.subarray(rows[r]! * width, (rows[r]! + 1) * width), r * width);
  return taken;
}

/** Below this many numbers a loop is faster than a copy of a view. */
const worthCopying = 32;

const newArray = <T extends Float32Array | Float64Array | Int32Array>(like: T, length: number): T =>
  new (like.constructor as new (n: number) => T)(length);
