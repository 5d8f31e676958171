import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';

const dayMs = 24 * 3_600_000;

export interface Arrived {
  readonly file: string;
  /** SHA-256 of its bytes. */
  readonly key: string;
  readonly numBytes: number;
}

/** A folder for bytes on their way. What a crash leaves in it is swept by the next start, when it is a day old. */
export interface Incoming {
  /** Writes and syncs a new file, and names it by its checksum. When anything throws, nothing is left of it. */
  receive(content: AsyncIterable<Uint8Array>, limits?: { readonly maxBytes?: number }): Promise<Arrived>;
}

/** More bytes than a store takes as one blob. */
export class BlobTooLargeError extends Error {
  override readonly name = 'BlobTooLargeError';
  readonly code = 'blob-too-large';
  constructor(readonly maxBytes: number) {
    super(
      `more than ${(maxBytes / 2 ** 30).toFixed(1)} GiB: the store takes no larger blob. Bring it in several parts.`,
    );
  }
}

export async function openIncoming(folder: string): Promise<Incoming> {
  await mkdir(folder, { recursive: true });
  await sweep(folder);
  return {
    async receive(content, { maxBytes = Number.POSITIVE_INFINITY } = {}) {
      const file = path.join(folder, randomUUID());
      try {
        return { file, ...(await write(file, content, maxBytes)) };
      } catch (error) {
        await rm(file, { force: true });
        throw error;
      }
    },
  };
}

/** Bytes or a stream, as what `receive` takes. */
export async function* chunksOf(content: Uint8Array | Readable): AsyncGenerator<Uint8Array> {
  if (content instanceof Uint8Array) yield content;
  else yield* content as AsyncIterable<Uint8Array>;
}

async function write(
  file: string,
  content: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<{ key: string; numBytes: number }> {
  const hash = createHash('sha256');
  let numBytes = 0;
  const handle = await open(file, 'wx');
  try {
    for await (const chunk of content) {
      numBytes += chunk.length;
      if (numBytes > maxBytes) throw new BlobTooLargeError(maxBytes);
      hash.update(chunk);
      await handle.writeFile(chunk); // goes on where the last write ended, and never writes a part
    }
    await handle.sync();
  } finally {
    await handle.close();
  }
  return { key: hash.digest('hex'), numBytes };
}

/** Other processes put at the same time: what is gone when it is looked at has been put in place, or swept. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const file = path.join(folder, name);
    const found = await stat(file).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    if (found && Date.now() - found.mtimeMs > dayMs) await rm(file, { force: true });
  }
}
