import { type ExportRow, oneAhead } from '@tangent/database';
import { csvRecord } from './csv-record.js';
import type { ExportContext, ExportFormatWriter } from './export-file.js';
import { type ZipEntry, zipOf } from './zip.js';

/**
 * For Python: vectors.npy, [items, numbers] float32, and labels.csv with one record a row of it, in the order of import.
 */
export const npy: ExportFormatWriter = {
  contentType: 'application/zip',
  extension: 'npy.zip',
  types: ['vector'],
  write: (context) => zipOf(filesOf(context)),
};

async function* filesOf(context: ExportContext): AsyncGenerator<ZipEntry, void, undefined> {
  yield { name: 'vectors.npy', input: vectorsOf(context) };
  yield { name: 'labels.csv', input: labelsOf(context) };
}

async function* vectorsOf({ source }: ExportContext): AsyncGenerator<Uint8Array> {
  const { numItems, vectorLength } = await source.count();
  yield npyHeader([numItems, vectorLength]);
  for await (const rows of oneAhead(source.batches())) yield Buffer.concat(rows.map(bytesOf));
}

function bytesOf({ vector }: ExportRow): Uint8Array {
  return new Uint8Array(vector!.buffer, vector!.byteOffset, vector!.byteLength);
}

async function* labelsOf({ source }: ExportContext): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvRecord(['id', 'label', 'holdout', 'gold', 'itemId']));
  for await (const rows of oneAhead(source.batches({ hasContent: false })))
    yield Buffer.from(
      rows
        .map(({ id, externalId, label, isHoldout, isGold }) =>
          csvRecord([externalId, label, isHoldout, isGold, id]),
        )
        .join(''),
    );
}

/** Start of a NumPy file of little-endian float32 in C order (format 1.0: the header's length in 2 bytes, all padded to 64). */
export function npyHeader(shape: readonly number[]): Uint8Array {
  const description = `{'descr': '<f4', 'fortran_order': False, 'shape': (${shape.join(', ')}), }`;
  const magic = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0]);
  const numBytes = Math.ceil((magic.length + 2 + description.length + 1) / 64) * 64;
  const header = Buffer.alloc(numBytes, ' ');
  magic.copy(header);
  header.writeUInt16LE(numBytes - magic.length - 2, magic.length);
  header.write(description, magic.length + 2, 'latin1');
  header.write('\n', numBytes - 1);
  return header;
}
