import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { assertKey, BlobCorruptError, BlobMissingError, type BlobStore } from './blob-store.js';

const dayMs = 24 * 3_600_000;

/**
 * Blobs in a folder, two levels deep by the first digits of the key. A blob is written beside, synced, and renamed into
 * place, so a crash leaves no half-written blob; what it leaves in `incoming` is swept after a day.
 */
export async function folderStore(root: string): Promise<BlobStore> {
  const incoming = path.join(root, 'incoming');
  await mkdir(incoming, { recursive: true });
  await sweep(incoming);
  const place = (key: string) => {
    assertKey(key);
    return path.join(root, key.slice(0, 2), key.slice(2, 4), key);
  };
  const sizeOf = async (key: string) => {
    const size = await sizeOrNull(place(key));
    if (size === null) throw new BlobMissingError(key);
    return size;
  };

  return {
    async put(content) {
      const temporary = path.join(incoming, randomUUID());
      try {
        const written = await write(temporary, content);
        const target = place(written.key);
        // A file of another size is a blob that was damaged; these bytes are the right ones.
        if ((await sizeOrNull(target)) === written.numBytes) await rm(temporary);
        else await moveDurably(temporary, target, root);
        return written;
      } catch (error) {
        await rm(temporary, { force: true });
        throw error;
      }
    },
    async get(key) {
      const bytes = await readFile(place(key)).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'ENOENT' ? new BlobMissingError(key, { cause }) : cause;
      });
      const found = createHash('sha256').update(bytes).digest('hex');
      if (found !== key) throw new BlobCorruptError(key, found);
      return bytes;
    },
    async open(key) {
      const numBytes = await sizeOf(key);
      return { stream: createReadStream(place(key)), numBytes };
    },
    async local(key) {
      await sizeOf(key);
      return { path: place(key), release: async () => undefined };
    },
    has: async (key) => (await sizeOrNull(place(key))) !== null,
    delete: (key) => rm(place(key), { force: true }),
  };
}

/** Writes and syncs a new file; its checksum and size. */
async function write(
  file: string,
  content: Uint8Array | Readable,
): Promise<{ key: string; numBytes: number }> {
  const hash = createHash('sha256');
  let numBytes = 0;
  const handle = await open(file, 'wx');
  try {
    for await (const chunk of (content instanceof Uint8Array
      ? [content]
      : content) as AsyncIterable<Buffer>) {
      hash.update(chunk);
      numBytes += chunk.length;
      await handle.writeFile(chunk); // goes on where the last write ended, and never writes a part
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { key: hash.digest('hex'), numBytes };
}

/** Renames into a folder that is made where it is missing, and syncs the folders: a name that is not synced may be lost. */
async function moveDurably(from: string, to: string, root: string): Promise<void> {
  const folder = path.dirname(to);
  const made = await mkdir(folder, { recursive: true });
  await rename(from, to);
  await syncFolder(folder);
  if (made === undefined) return;
  await syncFolder(path.dirname(folder));
  await syncFolder(root);
}

async function syncFolder(folder: string): Promise<void> {
  const handle: FileHandle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function sizeOrNull(file: string): Promise<number | null> {
  return stat(file).then(
    ({ size }) => size,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    },
  );
}

/** Other processes put at the same time: what is gone when it is looked at has been put in place, or swept. */
async function sweep(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const file = path.join(incoming, name);
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (found && Date.now() - found.mtimeMs > dayMs) await rm(file, { force: true });
  }
}
