import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { BlobCorruptError, BlobMissingError, type BlobStore, placeOf } from './blob-store.js';
import { chunksOf, openIncoming } from './incoming.js';

/**
 * Blobs in a folder, two levels deep by the first digits of the key. A blob is written beside, synced, and renamed into
 * place, so a crash leaves no half-written blob; what it leaves in `incoming` is swept after a day.
 */
export async function folderStore(root: string): Promise<BlobStore> {
  const incoming = await openIncoming(path.join(root, 'incoming'));
  const place = (key: string) => path.join(root, placeOf(key));
  const sizeOf = async (key: string) => {
    const size = await sizeOrNull(place(key));
    if (size === null) throw new BlobMissingError(key);
    return size;
  };

  /** A file whose bytes are on the disk. */
  const keep = async (file: string, key: string, numBytes: number) => {
    const target = place(key);
    // A file of another size is a blob that was damaged; these bytes are the right ones.
    if ((await sizeOrNull(target)) === numBytes) await rm(file);
    else await moveDurably(file, target, root);
  };
  const put: BlobStore['put'] = async (content) => {
    const { file, key, numBytes } = await incoming.receive(chunksOf(content));
    try {
      await keep(file, key, numBytes);
      return { key, numBytes };
    } catch (error) {
      await rm(file, { force: true });
      throw error;
    }
  };

  return {
    put,
    async adopt(file, key) {
      const numBytes = await syncFile(file);
      try {
        await keep(file, key, numBytes);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw error;
        await put(createReadStream(file, { highWaterMark: 1 << 20 }));
        await rm(file);
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

/** Its size. */
async function syncFile(file: string): Promise<number> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
    return (await handle.stat()).size;
  } finally {
    await handle.close();
  }
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
