import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BlobCorruptError, BlobMissingError } from './blob-store.js';
import { folderStore } from './folder-store.js';

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'blobs-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

const bytes = new TextEncoder().encode('a digit');

test('the same bytes, whole or streamed, are one blob named by their checksum', async () => {
  const store = await folderStore(root);
  const first = await store.put(bytes);
  const second = await store.put(Readable.from([bytes.slice(0, 3), bytes.slice(3)]));
  expect(second).toEqual(first);
  expect(first.numBytes).toBe(7);
  expect(Buffer.from(await store.get(first.key)).toString()).toBe('a digit');
  expect(await readdir(path.join(root, 'incoming'))).toEqual([]);
});

test('a missing blob and a damaged one are told apart, by name', async () => {
  const store = await folderStore(root);
  const { key } = await store.put(bytes);
  await writeFile(path.join(root, key.slice(0, 2), key.slice(2, 4), key), 'another digit');
  await expect(store.get(key)).rejects.toThrow(BlobCorruptError);
  await store.delete(key);
  expect(await store.has(key)).toBe(false);
  await expect(store.get(key)).rejects.toThrow(BlobMissingError);
  await expect(store.open(key)).rejects.toThrow(key);
});

test('a stream that breaks leaves nothing behind', async () => {
  const store = await folderStore(root);
  const broken = Readable.from(
    (async function* () {
      yield bytes;
      throw new Error('the line is cut');
    })(),
  );
  await expect(store.put(broken)).rejects.toThrow('the line is cut');
  expect(await readdir(path.join(root, 'incoming'))).toEqual([]);
});

test('a key that is no checksum never becomes a path', async () => {
  const store = await folderStore(root);
  await expect((async () => store.has('../../etc/passwd'))()).rejects.toThrow(RangeError);
});
