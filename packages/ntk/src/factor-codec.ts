import type { GradientFactors } from './gradient-factors.js';
import type { Head } from './gradients/head.js';
import {
  arrayOf,
  type FactorArray,
  fieldsOf,
  type LayerShape,
  layerOf,
  shapeOf,
} from './gradients/layer-factors.js';

const family = 'tangent-factors-';
const magic = `${family}2\n`;

interface Header {
  readonly numExamples: number;
  readonly head: Head;
  readonly numHeads: number;
  readonly numClasses: number;
  readonly embeddingWidth: number;
  /** `fromEmbeddings`: the field that is the embeddings, and not written again. */
  readonly layers: readonly { readonly shape: LayerShape; readonly fromEmbeddings: string | null }[];
}

/**
 * Gradient factors as bytes: the line `tangent-factors-2`, a line of JSON with the shapes, then the arrays as
 * little-endian 32-bit numbers in the order outputs, embeddings, fields of each layer; an array that is the embeddings
 * once only. The same factors give the same bytes.
 */
export function encodeFactors(factors: GradientFactors): Uint8Array {
  const { numExamples, head, numHeads, numClasses, embeddingWidth, outputs, embeddings } = factors;
  const arrays: FactorArray[] = [outputs, embeddings];
  const layers = factors.layers.map((layer) => {
    let fromEmbeddings: string | null = null;
    for (const { field } of fieldsOf(layer, numHeads)) {
      const array = arrayOf(layer, field);
      if (array === embeddings) fromEmbeddings = field;
      else arrays.push(array);
    }
    return { shape: shapeOf(layer), fromEmbeddings };
  });
  const header: Header = { numExamples, head, numHeads, numClasses, embeddingWidth, layers };
  const start = new TextEncoder().encode(`${magic}${JSON.stringify(header)}\n`);
  const bytes = new Uint8Array(start.length + arrays.reduce((sum, a) => sum + a.byteLength, 0));
  bytes.set(start);
  let at = start.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/** The factors of `encodeFactors`. Throws RangeError for a foreign, older or truncated blob. */
export function decodeFactors(bytes: Uint8Array): GradientFactors {
  const start = magic.length;
  const first = new TextDecoder().decode(bytes.subarray(0, start));
  if (first !== magic && first.startsWith(family))
    throw new RangeError(
      `decodeFactors: factors of version ${first.slice(family.length).trim()}, this service reads version 2; score the round again`,
    );
  const end = bytes.indexOf(10, start);
  if (end < 0 || first !== magic) throw new RangeError('decodeFactors: these bytes are not gradient factors');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as Header;
  const { numExamples: n, head, numHeads, numClasses, embeddingWidth } = header;
  let at = end + 1;
  const take = (count: number, isInteger = false): FactorArray => {
    // Copied, so that the numbers are aligned; slice() would not copy when the bytes are a Buffer.
    const part = Uint8Array.from(bytes.subarray(at, at + 4 * count));
    if (part.length !== 4 * count)
      throw new RangeError(
        `decodeFactors: truncated at byte ${bytes.length}, ${4 * count - part.length} bytes are missing`,
      );
    at += 4 * count;
    return isInteger ? new Int32Array(part.buffer) : new Float32Array(part.buffer);
  };
  const outputs = take(n * numClasses) as Float32Array;
  const embeddings = take(n * embeddingWidth) as Float32Array;
  const layers = header.layers.map(({ shape, fromEmbeddings }) => {
    const arrays: Record<string, FactorArray> = {};
    for (const { field, width } of fieldsOf(shape, numHeads))
      arrays[field] = field === fromEmbeddings ? embeddings : take(n * width, field === 'tokens');
    return layerOf(shape, arrays);
  });
  if (at !== bytes.length) throw new RangeError(`decodeFactors: ${bytes.length - at} bytes too many`);
  return { numExamples: n, head, numHeads, layers, outputs, numClasses, embeddings, embeddingWidth };
}
