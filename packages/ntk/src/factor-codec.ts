import type { GradientFactors } from './gradient-factors.js';

const magic = 'tangent-factors-1\n';

/**
 * Gradient factors as bytes: the line `tangent-factors-1`, a line of JSON with the shapes, then the arrays as
 * little-endian float32 in the order outputs, (inputs, deltas) of each layer. The same factors give the same bytes.
 */
export function encodeFactors(factors: GradientFactors): Uint8Array {
  const header = JSON.stringify({
    numExamples: factors.numExamples,
    numClasses: factors.numClasses,
    layers: factors.layers.map(({ name, numInputs, numDeltas, deltas }) => ({
      name,
      numInputs,
      numDeltas,
      hasDeltas: deltas !== null,
    })),
  });
  const head = new TextEncoder().encode(`${magic}${header}\n`);
  const arrays = [
    factors.outputs,
    ...factors.layers.flatMap((l) => (l.deltas ? [l.inputs, l.deltas] : [l.inputs])),
  ];
  const bytes = new Uint8Array(head.length + arrays.reduce((sum, a) => sum + a.byteLength, 0));
  bytes.set(head);
  let at = head.length;
  for (const array of arrays) {
    bytes.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), at);
    at += array.byteLength;
  }
  return bytes;
}

/** The factors of `encodeFactors`. Throws RangeError for a foreign or truncated blob. */
export function decodeFactors(bytes: Uint8Array): GradientFactors {
  const start = magic.length;
  const end = bytes.indexOf(10, start);
  if (end < 0 || new TextDecoder().decode(bytes.subarray(0, start)) !== magic)
    throw new RangeError('decodeFactors: these bytes are not gradient factors');
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(start, end))) as {
    numExamples: number;
    numClasses: number;
    layers: { name: string; numInputs: number; numDeltas: number; hasDeltas: boolean }[];
  };
  let at = end + 1;
  const take = (count: number) => {
    // Copied, so that the floats are aligned; slice() would not copy when the bytes are a Buffer.
    const part = Uint8Array.from(bytes.subarray(at, at + 4 * count));
    if (part.length !== 4 * count)
      throw new RangeError(
        `decodeFactors: truncated at byte ${bytes.length}, ${4 * count - part.length} bytes are missing`,
      );
    at += 4 * count;
    return new Float32Array(part.buffer);
  };
  const n = header.numExamples;
  const outputs = take(n * header.numClasses);
  const layers = header.layers.map(({ name, numInputs, numDeltas, hasDeltas }) => ({
    name,
    numInputs,
    numDeltas,
    inputs: take(n * numInputs),
    deltas: hasDeltas ? take(n * numDeltas) : null,
  }));
  if (at !== bytes.length) throw new RangeError(`decodeFactors: ${bytes.length - at} bytes too many`);
  return { numExamples: n, numClasses: header.numClasses, outputs, layers };
}
