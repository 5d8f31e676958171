import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { BlobCorruptError, BlobMissingError, type BlobStore, placeOf } from './blob-store.js';
import { folderStore } from './folder-store.js';
import { s3Store } from './s3-store.js';
import { type S3Server, s3Keys, startS3Server } from './testing/s3-server.js';

// What every store keeps, whatever it is made of.

interface Place {
  /** Another store on the same place. */
  open(): Promise<BlobStore>;
  /** Replaces what lies there under a key. */
  overwrite(key: string, content: string): Promise<unknown>;
  /** Where bytes pass through. */
  readonly incoming: string;
}

let root: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'blobs-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));

let server: S3Server;
beforeAll(async () => {
  server = await startS3Server();
});
afterAll(() => server.stop());

const inFolder = (): Place => ({
  open: () => folderStore(root),
  overwrite: (key, content) => writeFile(path.join(root, placeOf(key)), content),
  incoming: path.join(root, 'incoming'),
});

const inBucket = (): Place => {
  const prefix = path.basename(root);
  const incoming = path.join(root, 'on-their-way');
  const options = { endpoint: server.endpoint, region: 'us-east-1', credentials: s3Keys };
  const client = new S3Client({ ...options, forcePathStyle: true });
  return {
    open: () => s3Store({ ...options, bucket: 'blobs', prefix, hasPathStyle: true, incoming }),
    overwrite: (key, Body) =>
      client.send(new PutObjectCommand({ Bucket: 'blobs', Key: `${prefix}/${placeOf(key)}`, Body })),
    incoming,
  };
};

const bytes = new TextEncoder().encode('a digit');

describe.each([
  ['a folder', inFolder],
  ['a bucket', inBucket],
])('%s', (_, placeIn) => {
  test('takes over a file whose checksum is known, once and again, and puts it where damaged bytes lay', async () => {
    const place = placeIn();
    const store = await place.open();
    const key = createHash('sha256').update(bytes).digest('hex');
    const adopt = async () => {
      const file = path.join(root, 'uploaded');
      await writeFile(file, bytes);
      await store.adopt(file, key);
      expect(existsSync(file)).toBe(false);
      expect(Buffer.from(await store.get(key))).toEqual(Buffer.from(bytes));
    };
    await adopt();
    await adopt();
    await place.overwrite(key, 'cut');
    await adopt();
    await expect(store.adopt(path.join(root, 'nowhere'), key)).rejects.toThrow('ENOENT');
  });

  let place: Place;
  let store: BlobStore;
  beforeEach(async () => {
    place = placeIn();
    store = await place.open();
  });
  afterEach(async () => expect(existsSync(place.incoming) ? await readdir(place.incoming) : []).toEqual([]));

  test('keeps the same bytes, whole or streamed, as one blob named by their checksum', async () => {
    const first = await store.put(bytes);
    const second = await store.put(Readable.from([bytes.slice(0, 3), bytes.slice(3)]));
    expect(second).toEqual(first);
    expect(first).toEqual({
      key: '1d3e0f855058921f876b353c4b445b63726f2a3ff83d2cbb2538e1f53cc7ed11',
      numBytes: 7,
    });
    expect(await store.has(first.key)).toBe(true);
    expect(Buffer.from(await store.get(first.key)).toString()).toBe('a digit');
  });

  test('keeps nothing, too', async () => {
    const { key, numBytes } = await store.put(Readable.from([]));
    expect(numBytes).toBe(0);
    expect(await store.put(new Uint8Array())).toEqual({ key, numBytes });
    expect(await store.get(key)).toHaveLength(0);
  });

  test('tells a missing blob from a damaged one, by name', async () => {
    const { key } = await store.put(bytes);
    await place.overwrite(key, 'another digit');
    await expect(store.get(key)).rejects.toThrow(BlobCorruptError);
    await store.delete(key);
    await store.delete(key);
    expect(await store.has(key)).toBe(false);
    await expect(store.get(key)).rejects.toThrow(BlobMissingError);
    await expect(store.open(key)).rejects.toThrow(key);
    await expect(store.local(key)).rejects.toThrow(BlobMissingError);
  });

  test('keeps nothing of a stream that breaks', async () => {
    const broken = Readable.from(
      (async function* () {
        yield bytes;
        throw new Error('the line is cut');
      })(),
    );
    await expect(store.put(broken)).rejects.toThrow('the line is cut');
    const aborted = new Readable({
      read() {
        this.push(bytes);
        setImmediate(() => this.destroy(new Error('nobody waits any more')));
      },
    });
    await expect(store.put(aborted)).rejects.toThrow('nobody waits any more');
  });

  test('never makes a path of a key that is no checksum', async () => {
    for (const use of [store.has, store.get, store.open, store.local, store.delete])
      await expect((async () => use('../../etc/passwd'))()).rejects.toThrow(RangeError);
  });

  test('makes a blob that was cut short whole again once its bytes are put anew', async () => {
    const { key } = await store.put(bytes);
    await place.overwrite(key, 'a dig');
    await store.put(bytes);
    expect(Buffer.from(await store.get(key)).toString()).toBe('a digit');
  });

  test('makes one blob of many puts of the same bytes at once, by two stores', async () => {
    const stores = [store, await place.open()];
    const puts = Array.from({ length: 40 }, (_, i) => stores[i % 2]!.put(Buffer.from(`digit ${i % 4}`)));
    const keys = new Set((await Promise.all(puts)).map(({ key }) => key));
    expect(keys.size).toBe(4);
    for (const key of keys) {
      const { stream, numBytes } = await store.open(key);
      expect(numBytes).toBe(7);
      expect((await stream.toArray()).join('')).toMatch(/^digit \d$/);
    }
  });

  test('gives a file with the bytes', async () => {
    const { key } = await store.put(bytes);
    const { path: file, release } = await store.local(key);
    expect(await readFile(file, 'utf8')).toBe('a digit');
    await release();
    expect(await store.has(key)).toBe(true);
  });

  test('streams a large blob both ways, and lets go of one that is not read to its end', async () => {
    const megabyte = Buffer.alloc(1024 ** 2, 'digits ');
    const { key, numBytes } = await store.put(
      Readable.from(
        (function* () {
          for (let i = 0; i < 24; i++) yield megabyte;
        })(),
      ),
    );
    expect(numBytes).toBe(24 * 1024 ** 2);
    const { stream } = await store.open(key);
    for await (const chunk of stream) {
      expect(chunk.length).toBeLessThan(megabyte.length);
      break;
    }
    await expect.poll(() => stream.destroyed).toBe(true);
    expect(await store.get(key)).toHaveLength(numBytes);
  });
});
