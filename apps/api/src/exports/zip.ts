import { makeZip } from 'client-zip';

export interface ZipEntry {
  readonly name: string;
  readonly input: Uint8Array | string | AsyncIterable<Uint8Array>;
}

/** Pieces of the archive travel in chunks of at least this size: its headers have some 30 bytes. */
const chunkBytes = 64 * 1024;

/**
 * An archive of files that come one after the other, not compressed (images and weights are as small as they get), ZIP64
 * where it is large. The next file is asked for only when this one was taken; `files` is told when the reader leaves.
 */
export async function* zipOf(
  files: AsyncGenerator<ZipEntry, void, undefined>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const reader = makeZip(files).getReader();
  let parts: Uint8Array[] = [];
  let numBytes = 0;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      numBytes += value.byteLength;
      if (numBytes < chunkBytes) continue;
      yield Buffer.concat(parts);
      parts = [];
      numBytes = 0;
    }
    if (numBytes > 0) yield Buffer.concat(parts);
  } finally {
    // Only news where the archive is not whole: then `files` must end too.
    await reader.cancel(new Error('the reader of the archive has left')).catch(() => undefined);
    await files.return();
  }
}
