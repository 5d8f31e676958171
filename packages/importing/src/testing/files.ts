import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type RowError, TangentError } from '@tangent/contracts';
import sharp from 'sharp';
import { afterAll, beforeAll } from 'vitest';
import { ZipFile } from 'yazl';
import { type ImportSource, type ImportTarget, preflight, type ReadRow, readRows } from '../index.js';

export const imageTarget: ImportTarget = { type: 'image', classKeys: ['cat', 'dog'] };
export const textTarget: ImportTarget = { type: 'text', classKeys: ['good', 'bad'] };
export const vectorTarget: ImportTarget = { type: 'vector', classKeys: ['a', 'b'] };

/** A folder of this file of tests; `write` puts a file into it and gives its path. */
export function useFolder() {
  let folder = '';
  let numWritten = 0;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'importing-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));
  const newPath = () => path.join(folder, `${++numWritten}`);
  return {
    async write(content: string | Uint8Array): Promise<string> {
      const file = newPath();
      await writeFile(file, content);
      return file;
    },
    /** An archive of names and contents, in this order. */
    async zip(entries: Readonly<Record<string, Uint8Array | string>>, options: { mode?: number } = {}) {
      const archive = new ZipFile();
      for (const [name, content] of Object.entries(entries))
        archive.addBuffer(Buffer.from(content), name, { mtime: new Date(0), ...options });
      archive.end();
      const file = newPath();
      await pipeline(archive.outputStream, createWriteStream(file));
      return file;
    },
  };
}

export interface ReadResult {
  readonly rows: Extract<ReadRow, { kind: 'row' }>[];
  readonly errors: RowError[];
}

export async function readAll(source: ImportSource): Promise<ReadResult> {
  const rows: ReadResult['rows'] = [];
  const errors: RowError[] = [];
  for await (const group of readRows(source))
    for (const read of group) {
      if (read.kind === 'row') rows.push(read);
      else errors.push(read.error);
    }
  return { rows, errors };
}

/** The error that the file is refused with, before it is read. */
export async function refusal(source: ImportSource): Promise<TangentError> {
  try {
    await preflight(source);
  } catch (error) {
    if (error instanceof TangentError) return error;
    throw error;
  }
  throw new Error('the file was accepted');
}

/** A picture that is not of one colour, of 1 (gray), 3 or 4 channels. */
export const picture = (width: number, height: number, channels: 1 | 3 | 4 = 3) =>
  sharp(
    Uint8Array.from({ length: width * height * channels }, (_, i) => (i * 37) % 251),
    {
      raw: { width, height, channels },
    },
  );
