import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type RowError, TangentError } from '@tangent/contracts';
import { columnFaults } from './csv-header.js';
import { type FileTree, isSplit, splits, type TreeFile } from './file-tree.js';
import { readCsvRecords } from './read-csv.js';
import { readJsonLines } from './read-jsonl.js';
import type { ImportTarget } from './source.js';

/** In this order of preference; as `datasets` of Hugging Face writes them. */
const metadataNames = ['metadata.jsonl', 'metadata.csv'] as const;

interface Described {
  readonly line: number;
  /** The metadata that says it. */
  readonly from: string;
  readonly value: object;
}

/** What an archive or a folder says of its images, at its top and at the top of its splits (`train/`, `test/`, …). */
export interface ImageMetadata {
  /** Paths of the metadata files. */
  readonly names: readonly string[];
  /** The row of every image that is named, by its path. */
  readonly rows: ReadonlyMap<string, Described>;
  readonly errors: readonly RowError[];
  /** The metadata that alone says what this image is; undefined where folders say it. */
  nameFor(file: string): string | undefined;
}

/**
 * Throws archive-corrupt; wrong-columns when not one row of a metadata file says `file_name`; payload-too-large for more
 * rows than there may be files; and what is wrong with the columns of a CSV.
 */
export async function readMetadata(tree: FileTree, target: ImportTarget): Promise<ImageMetadata> {
  const rows = new Map<string, Described>();
  const errors: RowError[] = [];
  const names: string[] = [];
  for (const folder of [tree.base, ...splits.map((split) => `${tree.base}${split}/`)]) {
    const file = await findIn(tree, folder);
    if (!file) continue;
    names.push(file.name);
    await collect(file, folder, target, { rows, errors, maxLines: tree.maxFiles });
  }
  return {
    names,
    rows,
    errors,
    nameFor: (file) => names.findLast((name) => file.startsWith(name.slice(0, name.lastIndexOf('/') + 1))),
  };
}

/** Whether a path is that of metadata, used or not. */
export function isMetadata(tree: FileTree, name: string): boolean {
  const [first, second, ...more] = name.slice(tree.base.length).split('/');
  const last = isSplit(first) && more.length === 0 && second !== undefined ? second : first;
  return (
    (metadataNames as readonly (string | undefined)[]).includes(last) &&
    (last !== first || second === undefined)
  );
}

async function findIn(tree: FileTree, folder: string): Promise<TreeFile | undefined> {
  for (const name of metadataNames) {
    const file = await tree.find(folder + name);
    if (file) return file;
  }
  return undefined;
}

interface Collected {
  readonly rows: Map<string, Described>;
  readonly errors: RowError[];
  /** Of all metadata of the tree: they are held in memory, and each names a file or is an error. */
  readonly maxLines: number;
}

async function collect(
  file: TreeFile,
  folder: string,
  target: ImportTarget,
  { rows, errors, maxLines }: Collected,
): Promise<void> {
  let numNamed = 0;
  let firstFault: string | undefined;
  const refuse = (error: RowError) => {
    firstFault ??= error.detail;
    errors.push({ ...error, file: file.name });
  };
  for await (const found of linesOf(file, target)) {
    if (rows.size + errors.length >= maxLines)
      throw new TangentError(
        'payload-too-large',
        `${file.name} has more rows than files may be in one import (${maxLines}); split it.`,
      );
    if ('code' in found) {
      refuse(found);
      continue;
    }
    const { line, value } = found;
    const { file_name: fileName } = (value ?? {}) as { file_name?: unknown };
    if (typeof fileName !== 'string')
      refuse({ line, code: 'row-invalid', detail: 'file_name: missing; it names the image.' });
    else if (rows.has(folder + fileName))
      refuse({ line, code: 'row-invalid', detail: `file_name: “${fileName}” was named before.` });
    else {
      numNamed++;
      rows.set(folder + fileName, { line, from: file.name, value: value as object });
    }
  }
  if (numNamed === 0)
    throw new TangentError(
      'wrong-columns',
      `${file.name} names no file: ${firstFault ?? 'it is empty'} Each row needs file_name.`,
    );
}

type MetadataLine = { readonly line: number; readonly value: unknown } | RowError;

/** Unpacked into a file of its own, since the readers of lines read files. */
async function* linesOf(file: TreeFile, target: ImportTarget): AsyncGenerator<MetadataLine> {
  const bytes = await file.read();
  if (bytes instanceof Error)
    throw new TangentError('archive-corrupt', `${file.name} cannot be read: ${bytes.message}.`);
  const folder = await mkdtemp(path.join(tmpdir(), 'tangent-metadata-'));
  try {
    const copy = path.join(folder, 'metadata');
    await writeFile(copy, bytes);
    yield* file.name.endsWith('.csv') ? csvLines(target, copy) : jsonLines(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* jsonLines(copy: string): AsyncGenerator<MetadataLine> {
  for await (const lines of readJsonLines(copy))
    for (const line of lines)
      yield line.kind === 'value' ? { line: line.number, value: line.value } : line.error;
}

async function* csvLines(target: ImportTarget, copy: string): AsyncGenerator<MetadataLine> {
  const check = (columns: readonly string[]) => [
    // The image is the file that is named.
    ...columnFaults(target, [...columns.filter((column) => column !== 'file_name'), 'image']),
    ...(columns.includes('file_name')
      ? []
      : [{ pointer: '/columns/file_name', detail: 'there is no column “file_name”' }]),
  ];
  for await (const { line, value } of readCsvRecords(copy, check))
    yield typeof value === 'string' ? { line, code: 'row-invalid', detail: value } : { line, value };
}
