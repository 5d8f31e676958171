// Copies blobs from one folder to another, or between a folder and a bucket. They are named by their checksum, lie in
// the same places everywhere, and never change.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { measuring } from './copy.mjs';

/** Requests to a bucket at once: a distant one is slow, not busy. */
const numAtOnce = 16;

/**
 * Copies all blobs that the target lacks, checking each on the way.
 *
 * @returns {Promise<{ numBlobs: number, numBytes: number, damaged: string[] }>} of all; damaged ones are not copied
 */
export async function copyBlobs(from, to) {
  const damaged = [];
  let numBlobs = 0;
  let numBytes = 0;
  for await (const { key, where } of blobsIn(from)) {
    const source = path.join(from, where);
    const { size } = await stat(source);
    const isThere = (await stat(path.join(to, where)).catch(() => null))?.size === size;
    if (!isThere && !(await writeBlob(createReadStream(source), path.join(to, where), key))) {
      damaged.push(key);
      continue;
    }
    numBlobs += 1;
    numBytes += size;
  }
  return { numBlobs, numBytes, damaged };
}

/**
 * Brings all blobs of a bucket into a folder that has none, checking each.
 *
 * @param {import('@tangent/storage').S3Store} bucket
 * @returns as `copyBlobs`
 */
export async function downloadBlobs(bucket, to) {
  const { outcome, count } = tally();
  await forEach(bucket.list(), async ({ key, numBytes }) => {
    const { stream } = await bucket.open(key);
    const file = path.join(to, key.slice(0, 2), key.slice(2, 4), key);
    count(key, numBytes, await writeBlob(stream, file, key));
  });
  return outcome;
}

/** The other way; what the bucket has already stays. A damaged blob is not sent. @returns as `copyBlobs` */
export async function uploadBlobs(from, bucket) {
  const { outcome, count } = tally();
  await forEach(blobsIn(from), async ({ key, where }) => {
    const file = path.join(from, where);
    const { stream, outcome: measured } = measuring();
    const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
    await pipeline(createReadStream(file), stream, nowhere);
    const isWhole = measured().sha256 === key;
    if (isWhole) await bucket.put(createReadStream(file));
    count(key, (await stat(file)).size, isWhole);
  });
  return outcome;
}

function tally() {
  const outcome = { numBlobs: 0, numBytes: 0, damaged: [] };
  const count = (key, numBytes, isWhole) => {
    if (!isWhole) return outcome.damaged.push(key);
    outcome.numBlobs += 1;
    outcome.numBytes += numBytes;
  };
  return { outcome, count };
}

/** Some at once; after a failure no further ones are begun. */
async function forEach(things, use) {
  const iterator = things[Symbol.asyncIterator]();
  let hasFailed = false;
  const worker = async () => {
    while (!hasFailed) {
      const { done, value } = await iterator.next();
      if (done) return;
      await use(value);
    }
  };
  const workers = Array.from({ length: numAtOnce }, () =>
    worker().catch((error) => {
      hasFailed = true;
      throw error;
    }),
  );
  for (const result of await Promise.allSettled(workers))
    if (result.status === 'rejected') throw result.reason;
}

/** Blobs as they lie: two levels of folders by the first digits. */
async function* blobsIn(root) {
  const names = async (folder) => (await readdir(folder).catch(absent)).sort();
  for (const first of (await names(root)).filter(isByte))
    for (const second of (await names(path.join(root, first))).filter(isByte))
      for (const key of await names(path.join(root, first, second)))
        yield { key, where: path.join(first, second, key) };
}

const isByte = (name) => /^[0-9a-f]{2}$/.test(name);
const absent = (error) => {
  if (error.code === 'ENOENT') return [];
  throw error;
};

/** False: its content is not what its name says. */
async function writeBlob(content, file, key) {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.part`;
  const { stream, outcome } = measuring();
  await pipeline(content, stream, createWriteStream(temporary, { mode: 0o600, flush: true }));
  if (outcome().sha256 === key) {
    await rename(temporary, file);
    return true;
  }
  await rm(temporary);
  return false;
}
