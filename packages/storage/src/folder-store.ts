import { createHash, randomUUID } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
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

  return {
    async put(content) {
      const temporary = path.join(incoming, randomUUID());
      const hash = createHash('sha256');
      let numBytes = 0;
      const file = await open(temporary, 'wx');
      try {
        for await (const chunk of content instanceof Uint8Array ? Readable.from([content]) : content) {
          hash.update(chunk);
          numBytes += chunk.length;
          await file.write(chunk);
        }
        await file.sync();
      } catch (error) {
        await file.close();
        await rm(temporary, { force: true });
        throw error;
      }
      await file.close();
      const key = hash.digest('hex');
      const target = place(key);
      if (await exists(target)) {
        await rm(temporary, { force: true });
        return { key, numBytes };
      }
      await mkdir(path.dirname(target), { recursive: true });
      await rename(temporary, target);
      return { key, numBytes };
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
      const file = place(key);
      const { size } = await stat(file).catch((cause: NodeJS.ErrnoException) => {
        throw cause.code === 'ENOENT' ? new BlobMissingError(key, { cause }) : cause;
      });
      return { stream: createReadStream(file), numBytes: size };
    },
    has: (key) => exists(place(key)),
    delete: (key) => rm(place(key), { force: true }),
  };
}

async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function sweep(incoming: string): Promise<void> {
  for (const name of await readdir(incoming)) {
    const file = path.join(incoming, name);
    const { mtimeMs } = await stat(file);
    if (Date.now() - mtimeMs > dayMs) await rm(file, { force: true });
  }
}
