import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { TangentError } from '@tangent/contracts';
import { type NpyHeader, parseNpyHeader } from './npy-header.js';
import { readHead } from './sniff.js';
import { type ImportSource, type ReadRow, rowError } from './source.js';

const maxColumns = 65_536;
const bytesOf = { float32: 4, float64: 8 } as const;

/** Each row of the matrix is the vector of an item, without id and label. float64 is rounded to float32. Constant memory. */
export async function* readNpy(source: ImportSource): AsyncGenerator<readonly ReadRow[]> {
  const header = await checkedHeader(source);
  const rowBytes = header.numColumns * bytesOf[header.dtype];
  let record = 0;
  let rest: Buffer = Buffer.alloc(0);
  const stream = createReadStream(source.path, { start: header.dataFrom, highWaterMark: 1 << 18 });
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let at = 0;
    const rows: ReadRow[] = [];
    for (; at + rowBytes <= rest.length; at += rowBytes)
      rows.push(toRow(numbersOf(rest.subarray(at, at + rowBytes), header), ++record));
    if (rows.length > 0) yield rows;
    rest = rest.subarray(at);
  }
}

/** Throws unsupported-format, malformed-body, wrong-columns. */
export const checkNpy = (source: ImportSource): Promise<void> => checkedHeader(source).then(() => undefined);

async function checkedHeader({ path, target }: ImportSource): Promise<NpyHeader> {
  if (target.type !== 'vector')
    throw new TangentError(
      'unsupported-format',
      `A NPY file holds vectors, and this is a project of type ${target.type}.`,
    );
  const { head } = await readHead(path);
  const header = parseNpyHeader(head);
  const { dtype, numRows, numColumns, dataFrom } = header;
  const wanted = dataFrom + numRows * numColumns * bytesOf[dtype];
  const { size } = await stat(path);
  if (size !== wanted)
    throw new TangentError(
      'malformed-body',
      `The file has ${size} bytes, and a ${dtype} matrix of ${numRows} × ${numColumns} needs ${wanted}; was it cut off?`,
    );
  if (numRows === 0) throw new TangentError('malformed-body', 'The file holds no rows.');
  if (numColumns === 0 || numColumns > maxColumns)
    throw new TangentError(
      'wrong-columns',
      `The vectors have ${numColumns} numbers; 1 to ${maxColumns} are allowed.`,
    );
  const known = target.vectorLength ?? numColumns;
  if (known !== numColumns)
    throw new TangentError(
      'wrong-columns',
      `The vectors have ${numColumns} numbers; all vectors of a project are of one length, here ${known}.`,
    );
  return header;
}

/** Copied, since a typed array must begin at a multiple of its element’s size. */
function numbersOf(bytes: Buffer, { dtype }: NpyHeader): Float32Array | Float64Array {
  const copy = Uint8Array.from(bytes).buffer;
  return dtype === 'float32' ? new Float32Array(copy) : new Float64Array(copy);
}

function toRow(numbers: Float32Array | Float64Array, record: number): ReadRow {
  const at = numbers.findIndex((v: number) => !Number.isFinite(Math.fround(v)));
  if (at >= 0)
    return rowError({ record }, 'vector-invalid', `vector.${at}: ${numbers[at]} is no finite float32.`);
  return { kind: 'row', record, row: { vector: Array.from(numbers), data: {} } };
}
