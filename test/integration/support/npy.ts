/** A matrix of little-endian float32 as NumPy's format 1.0 holds it. */
export interface NpyMatrix {
  /** The literal of a Python dictionary. */
  readonly header: string;
  /** Where the numbers begin. */
  readonly headerEnd: number;
  readonly numRows: number;
  readonly numColumns: number;
  readonly values: Float32Array;
}

/** By numpy.lib.format, not by our own reader. Throws on anything else. */
export function readNpy(file: Buffer): NpyMatrix {
  if (file.subarray(0, 8).toString('latin1') !== '\x93NUMPY\x01\x00') throw new Error('not NPY 1.0');
  const headerEnd = 10 + file.readUInt16LE(8);
  const header = file.subarray(10, headerEnd).toString('latin1');
  const found = /^\{'descr': '<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\), \} *\n$/.exec(header);
  if (!found || headerEnd % 64 !== 0) throw new Error(`a header that NumPy would not write: ${header}`);
  const [numRows, numColumns] = [Number(found[1]), Number(found[2])];
  const values = Float32Array.from({ length: numRows * numColumns }, (_, i) =>
    file.readFloatLE(headerEnd + 4 * i),
  );
  if (file.length !== headerEnd + 4 * values.length)
    throw new Error(`${file.length} bytes for a matrix of ${numRows} × ${numColumns}`);
  return { header, headerEnd, numRows, numColumns, values };
}
