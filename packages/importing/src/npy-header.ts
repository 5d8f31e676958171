import { TangentError } from '@tangent/contracts';

/** A matrix in a NPY file: rows one after the other, little endian, from the byte `dataFrom`. */
export interface NpyHeader {
  readonly dtype: 'float32' | 'float64';
  readonly numRows: number;
  readonly numColumns: number;
  readonly dataFrom: number;
}

export const npyMagic = Buffer.from('\x93NUMPY', 'latin1');
const maxHeaderBytes = 1 << 16;
const dtypes: ReadonlyMap<string, NpyHeader['dtype']> = new Map([
  ['<f4', 'float32'],
  ['<f8', 'float64'],
]);

/**
 * The header of a NPY file (versions 1.0 to 3.0) of a two-dimensional matrix of float32 or float64 in C order, by the
 * description of the format in NumPy’s numpy.lib.format. `head`: the first bytes of the file. Throws
 * unsupported-format, with what to call in NumPy, or malformed-body.
 */
export function parseNpyHeader(head: Buffer): NpyHeader {
  if (!head.subarray(0, npyMagic.length).equals(npyMagic))
    throw unsupported('it does not begin as a NPY file does', 'write it by numpy.save(file, x)');
  const major = head[6] ?? 0;
  if (major < 1 || major > 3) throw unsupported(`version ${major} of the format is unknown`, 'save it anew');
  const lengthBytes = major === 1 ? 2 : 4;
  const from = 8 + lengthBytes;
  const length = head.length < from ? Number.NaN : head.readUIntLE(8, lengthBytes);
  if (length > maxHeaderBytes)
    throw new TangentError('malformed-body', `The header of the NPY file claims to have ${length} bytes.`);
  if (!(from + length <= head.length))
    throw new TangentError('malformed-body', 'The file ends within its header; was it cut off?');
  const text = head.toString('latin1', from, from + length);
  const [, descr] = /'descr'\s*:\s*'([^']*)'/.exec(text) ?? [];
  const [, order] = /'fortran_order'\s*:\s*(True|False)/.exec(text) ?? [];
  const [, shapeText] = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(text) ?? [];
  if (order === undefined || shapeText === undefined)
    throw new TangentError(
      'malformed-body',
      `The header of the NPY file cannot be read: ${text.slice(0, 200)}`,
    );
  const dtype = dtypes.get(descr ?? '');
  if (!dtype)
    throw unsupported(
      `its numbers are of type ${descr ? `'${descr}'` : 'of several fields'}`,
      "convert them by x.astype('<f4')",
    );
  const shape = shapeText.split(',').flatMap((part) => (part.trim() === '' ? [] : [Number(part)]));
  const [numRows, numColumns] = shape;
  if (shape.length !== 2 || numRows === undefined || numColumns === undefined)
    throw unsupported(
      `its shape is (${shape.join(', ')})`,
      'save a matrix with one row a vector, e.g. x.reshape(len(x), -1)',
    );
  if (order === 'True')
    throw unsupported('it is in Fortran order', 'save it by numpy.save(file, numpy.ascontiguousarray(x))');
  return { dtype, numRows, numColumns, dataFrom: from + length };
}

const unsupported = (why: string, wayOut: string) =>
  new TangentError('unsupported-format', `The NPY file cannot be imported: ${why}; ${wayOut}.`);
