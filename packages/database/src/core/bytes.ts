/** The bytes of float32 numbers, uncopied: what bytea columns hold (little endian, as all our machines are). */
export function bytesOf(values: Float32Array): Buffer {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength);
}

/** The float32 numbers in bytes from the database: a view where they are aligned, as they are unless pg changes its parser. */
export function floatsOf(bytes: Uint8Array): Float32Array {
  if (bytes.byteLength % 4 !== 0)
    throw new RangeError(`${bytes.byteLength} bytes are no whole number of float32 values`);
  const isAligned = bytes.byteOffset % 4 === 0;
  const source = isAligned ? bytes : Uint8Array.from(bytes);
  return new Float32Array(source.buffer, source.byteOffset, source.byteLength / 4);
}
