// Copies blobs from one folder to another. They are named by their checksum and never change.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { measuring } from './copy.mjs';

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
    if (!isThere && !(await copyBlob(source, path.join(to, where), key))) {
      damaged.push(key);
      continue;
    }
    numBlobs += 1;
    numBytes += size;
  }
  return { numBlobs, numBytes, damaged };
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
async function copyBlob(source, file, key) {
  await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
  const temporary = `${file}.part`;
  const { stream, outcome } = measuring();
  await pipeline(
    createReadStream(source),
    stream,
    createWriteStream(temporary, { mode: 0o600, flush: true }),
  );
  if (outcome().sha256 === key) {
    await rename(temporary, file);
    return true;
  }
  await rm(temporary);
  return false;
}
