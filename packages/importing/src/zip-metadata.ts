import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RowError, TangentError } from '@tangent/contracts';
import type { Entry } from 'yauzl';
import { columnFaults } from './csv-header.js';
import { readCsvRecords } from './read-csv.js';
import { readJsonLines } from './read-jsonl.js';
import type { ImportSource } from './source.js';
import { readEntries } from './zip-archive.js';

/** In this order of preference; at the top of the archive, as `datasets` of Hugging Face writes them. */
export const metadataNames = ['metadata.jsonl', 'metadata.csv'] as const;

/** What an archive says of its files. */
export interface ZipMetadata {
  readonly name: string;
  /** The row of every file that is named, by the path in the archive. */
  readonly rows: ReadonlyMap<string, { readonly line: number; readonly value: object }>;
  readonly errors: readonly RowError[];
}

/**
 * Null when the archive has none. Throws archive-corrupt; wrong-columns when not one row says `file_name`; and what is
 * wrong with the columns of a CSV.
 */
export async function readMetadata(
  source: ImportSource,
  entries: readonly Entry[],
): Promise<ZipMetadata | null> {
  const name = metadataNames.find((n) => entries.some(({ fileName }) => fileName === n));
  if (!name) return null;
  const folder = await mkdtemp(path.join(tmpdir(), 'tangent-metadata-'));
  try {
    const file = path.join(folder, name);
    for await (const { bytes } of readEntries(
      source.path,
      entries.filter(({ fileName }) => fileName === name),
    )) {
      if (bytes instanceof Error)
        throw new TangentError('archive-corrupt', `${name} cannot be unpacked: ${bytes.message}.`);
      await writeFile(file, bytes);
    }
    return await collect(name, name === 'metadata.csv' ? csvRows(source, file) : jsonRows(file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

interface MetadataRow {
  readonly line: number;
  readonly value: unknown;
}

async function collect(name: string, lines: AsyncIterable<MetadataRow | RowError>): Promise<ZipMetadata> {
  const rows = new Map<string, { line: number; value: object }>();
  const errors: RowError[] = [];
  for await (const line of lines) {
    if ('code' in line) {
      errors.push({ ...line, file: name });
      continue;
    }
    const { file_name: fileName } = (line.value ?? {}) as { file_name?: unknown };
    const place = { line: line.line, file: name };
    if (typeof fileName !== 'string')
      errors.push({
        ...place,
        code: 'row-invalid',
        detail: 'file_name: missing; it names the image in the archive.',
      });
    else if (rows.has(fileName))
      errors.push({ ...place, code: 'row-invalid', detail: `file_name: “${fileName}” was named before.` });
    else rows.set(fileName, { line: line.line, value: line.value as object });
  }
  if (rows.size === 0)
    throw new TangentError(
      'wrong-columns',
      `${name} names no file: ${errors[0]?.detail ?? 'it is empty'} Each row needs file_name.`,
    );
  return { name, rows, errors };
}

async function* jsonRows(file: string): AsyncGenerator<MetadataRow | RowError> {
  for await (const line of readJsonLines(file))
    yield line.kind === 'value' ? { line: line.number, value: line.value } : line.error;
}

async function* csvRows(source: ImportSource, file: string): AsyncGenerator<MetadataRow | RowError> {
  const check = (columns: readonly string[]) => [
    // The image is the file that is named.
    ...columnFaults(source, [...columns.filter((column) => column !== 'file_name'), 'image']),
    ...(columns.includes('file_name')
      ? []
      : [{ pointer: '/columns/file_name', detail: 'there is no column “file_name”' }]),
  ];
  for await (const { line, value } of readCsvRecords(file, check))
    yield typeof value === 'string' ? { line, code: 'row-invalid', detail: value } : { line, value };
}
