import { mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
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

test('a blob that was cut short is whole again once its bytes are put anew', async () => {
  const store = await folderStore(root);
  const { key } = await store.put(bytes);
  const { path: file, release } = await store.local(key);
  await writeFile(file, 'a dig');
  await release();
  await store.put(bytes);
  expect(Buffer.from(await store.get(key)).toString()).toBe('a digit');
});

test('what a crash left is swept when it is a day old, and not before, for it may be on its way', async () => {
  await folderStore(root);
  const [old, young] = ['old', 'young'].map((name) => path.join(root, 'incoming', name)) as [string, string];
  for (const file of [old, young]) await writeFile(file, 'half a dig');
  const yesterday = new Date(Date.now() - 25 * 3_600_000);
  await utimes(old, yesterday, yesterday);
  await folderStore(root);
  expect(await readdir(path.join(root, 'incoming'))).toEqual(['young']);
});

test('many puts of the same bytes at once, by two stores on one folder, make one blob', async () => {
  const stores = [await folderStore(root), await folderStore(root)];
  const puts = Array.from({ length: 40 }, (_, i) => stores[i % 2]!.put(Buffer.from(`digit ${i % 4}`)));
  const keys = new Set((await Promise.all(puts)).map(({ key }) => key));
  expect(keys.size).toBe(4);
  for (const key of keys) {
    const { stream, numBytes } = await stores[0]!.open(key);
    expect(numBytes).toBe(7);
    expect((await stream.toArray()).join('')).toMatch(/^digit \d$/);
  }
  expect(await readdir(path.join(root, 'incoming'))).toEqual([]);
});

test('a local blob is a file with the bytes', async () => {
  const store = await folderStore(root);
  const { key } = await store.put(bytes);
  expect(await readFile((await store.local(key)).path, 'utf8')).toBe('a digit');
  await expect(store.local('0'.repeat(64))).rejects.toThrow(BlobMissingError);
});
