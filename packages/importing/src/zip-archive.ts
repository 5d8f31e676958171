import { TangentError } from '@tangent/contracts';
import yauzl, { type Entry, type ZipFile } from 'yauzl';

/** Bounds of what an archive may unpack to: against bombs, declared or lying. */
export const zipLimits = {
  numEntries: 200_000,
  entryBytes: 64 * 1024 * 1024,
  totalBytes: 8 * 1024 ** 3,
  ratio: 200,
} as const;

const junk = /(^|\/)(__MACOSX|\.DS_Store|Thumbs\.db)(\/|$)/;

/**
 * The files of an archive in order of their names. Throws archive-corrupt, and archive-unsafe for names that climb out,
 * links, encrypted entries, and for more or larger content than `zipLimits`; nothing is unpacked for that.
 */
export async function listEntries(path: string): Promise<Entry[]> {
  const zip = await openZip(path);
  const entries: Entry[] = [];
  let total = 0;
  const unsafe = (entry: Entry, why: string) =>
    new TangentError(
      'archive-unsafe',
      `The entry “${String(entry.fileName).slice(0, 200)}” ${why}. Nothing was imported; pack the files anew without it.`,
    );
  try {
    for await (const entry of eachEntry(zip)) {
      if (entry.fileName.endsWith('/') || junk.test(entry.fileName)) continue;
      if (entries.length >= zipLimits.numEntries)
        throw new TangentError(
          'archive-unsafe',
          `The archive holds more than ${zipLimits.numEntries} files; split it.`,
        );
      if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000)
        throw unsafe(entry, 'is a symbolic link');
      if (entry.generalPurposeBitFlag & 1) throw unsafe(entry, 'is encrypted');
      if (entry.uncompressedSize > zipLimits.entryBytes)
        throw unsafe(
          entry,
          `unpacks to ${entry.uncompressedSize} bytes, ${zipLimits.entryBytes} are allowed`,
        );
      if (
        entry.uncompressedSize > 1024 * 1024 &&
        entry.uncompressedSize > zipLimits.ratio * Math.max(1, entry.compressedSize)
      )
        throw unsafe(entry, `is compressed more than ${zipLimits.ratio} to 1, as bombs are`);
      total += entry.uncompressedSize;
      if (total > zipLimits.totalBytes)
        throw new TangentError(
          'archive-unsafe',
          `The archive unpacks to more than ${zipLimits.totalBytes} bytes; split it.`,
        );
      entries.push(entry);
    }
  } finally {
    zip.close();
  }
  return entries.sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
}

/** Hands every listed entry's bytes to `visit`, one after the other; inflating stops at the declared size. */
export async function* readEntries(
  path: string,
  entries: readonly Entry[],
): AsyncGenerator<{ entry: Entry; bytes: Uint8Array | Error }> {
  const zip = await openZip(path);
  try {
    for (const entry of entries) yield { entry, bytes: await inflate(zip, entry) };
  } finally {
    zip.close();
  }
}

function inflate(zip: ZipFile, entry: Entry): Promise<Uint8Array | Error> {
  return new Promise((resolve) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return resolve(error);
      const chunks: Buffer[] = [];
      let size = 0;
      stream.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > zipLimits.entryBytes)
          stream.destroy(new Error(`unpacks to more than ${zipLimits.entryBytes} bytes`));
        else chunks.push(chunk);
      });
      stream.on('end', () => resolve(Buffer.concat(chunks)));
      stream.on('error', resolve); // yauzl: the entry holds more, or other, bytes than it declares
    });
  });
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(
      path,
      { lazyEntries: true, autoClose: false, validateEntrySizes: true, strictFileNames: false },
      (error, zip) => {
        if (error) reject(corrupt(error));
        else resolve(zip);
      },
    );
  });
}

async function* eachEntry(zip: ZipFile): AsyncGenerator<Entry> {
  for (;;) {
    const entry = await new Promise<Entry | null>((resolve, reject) => {
      const done = (settle: () => void) => {
        zip.removeAllListeners();
        settle();
      };
      zip.once('entry', (e: Entry) => done(() => resolve(e)));
      zip.once('end', () => done(() => resolve(null)));
      zip.once('error', (e: Error) => done(() => reject(corrupt(e))));
      zip.readEntry();
    });
    if (!entry) return;
    yield entry;
  }
}

/** yauzl refuses absolute names, backslashes and “..” itself: those are unsafe rather than broken. */
function corrupt(error: Error): TangentError {
  if (/invalid relative path|absolute path|invalid characters in fileName/.test(error.message))
    return new TangentError(
      'archive-unsafe',
      `The archive holds a name that leads out of it: ${error.message}. Nothing was imported.`,
      { cause: error },
    );
  return new TangentError(
    'archive-corrupt',
    `The file cannot be read as a ZIP archive: ${error.message}. Was it cut off while it was made or sent?`,
    { cause: error },
  );
}
