import { TangentError } from '@tangent/contracts';
import yauzl, { type Entry, type ZipFile } from 'yauzl';
import { junk, treeLimits } from './file-tree.js';

/** Bounds of what an archive may unpack to: against bombs, declared or lying. */
export const zipLimits = {
  numEntries: 200_000,
  totalBytes: 8 * 1024 ** 3,
  ratio: 200,
} as const;

/** Below this, unpacked, nothing is a bomb: a page of one letter is compressed a thousandfold. */
const harmlessBytes = 1024 * 1024;

/**
 * The files of an archive in order of their names, folders and junk left out. Throws archive-corrupt, and archive-unsafe
 * for names that climb out, links, encrypted entries, and for more or larger content than `zipLimits` and `treeLimits`, as the archive
 * declares it; nothing is unpacked for that.
 */
export async function listEntries(path: string): Promise<Entry[]> {
  const zip = await openZip(path);
  const entries: Entry[] = [];
  const total = { compressed: 0, unpacked: 0 };
  try {
    for await (const entry of eachEntry(zip)) {
      if (entry.fileName.endsWith('/') || junk.test(entry.fileName)) continue;
      if (entries.length >= zipLimits.numEntries)
        throw unsafe(`The archive holds more than ${zipLimits.numEntries} files; split it.`);
      refuseUnsafe(entry);
      total.compressed += entry.compressedSize;
      total.unpacked += entry.uncompressedSize;
      if (total.unpacked > zipLimits.totalBytes)
        throw unsafe(`The archive unpacks to more than ${zipLimits.totalBytes} bytes; split it.`);
      if (isBomb(total.unpacked, total.compressed))
        throw unsafe(`The archive is compressed more than ${zipLimits.ratio} to 1, as bombs are.`);
      entries.push(lighten(entry));
    }
  } finally {
    zip.close();
  }
  return entries.sort((a, b) => (a.fileName < b.fileName ? -1 : 1));
}

/** Every listed entry with its bytes, or with what is wrong with it, one after the other. */
export async function* readEntries(
  path: string,
  entries: readonly Entry[],
): AsyncGenerator<{ entry: Entry; bytes: Buffer | Error }> {
  const archive = await openEntries(path);
  try {
    for (const entry of entries) yield { entry, bytes: await archive.read(entry) };
  } finally {
    archive.close();
  }
}

/** An archive whose listed entries are read, one after the other. */
export interface OpenEntries {
  /** The bytes, or what is wrong. Inflating stops where an entry unpacks to more than it declared. */
  read(entry: Entry): Promise<Buffer | Error>;
  close(): void;
}

export async function openEntries(path: string): Promise<OpenEntries> {
  const zip = await openZip(path);
  return { read: (entry) => inflate(zip, entry), close: () => zip.close() };
}

function refuseUnsafe(entry: Entry): void {
  const because = (why: string) =>
    unsafe(
      `The entry “${entry.fileName.slice(0, 200)}” ${why}. Nothing was imported; pack the files anew without it.`,
    );
  if (((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000) throw because('is a symbolic link');
  if (entry.isEncrypted()) throw because('is encrypted');
  if (entry.uncompressedSize > treeLimits.fileBytes)
    throw because(`unpacks to ${entry.uncompressedSize} bytes, ${treeLimits.fileBytes} are allowed`);
  if (isBomb(entry.uncompressedSize, entry.compressedSize))
    throw because(`is compressed more than ${zipLimits.ratio} to 1, as bombs are`);
}

const isBomb = (unpacked: number, compressed: number) =>
  unpacked > harmlessBytes && unpacked > zipLimits.ratio * Math.max(1, compressed);

const unsafe = (detail: string) => new TangentError('archive-unsafe', detail);

/** Of 200,000 entries only what inflating needs is kept. */
function lighten(entry: Entry): Entry {
  const none = Buffer.alloc(0);
  return Object.assign(entry, {
    fileNameRaw: none,
    extraFieldRaw: none,
    fileCommentRaw: none,
    fileComment: '',
    extraFields: [],
  });
}

function inflate(zip: ZipFile, entry: Entry): Promise<Buffer | Error> {
  return new Promise((resolve) => {
    zip.openReadStream(entry, (error, stream) => {
      if (error) return resolve(error);
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => resolve(Buffer.concat(chunks)));
      stream.on('error', resolve); // also: it holds more, or fewer, bytes than it declares
    });
  });
}

function openZip(path: string): Promise<ZipFile> {
  return new Promise((resolve, reject) => {
    yauzl.open(path, { lazyEntries: true, autoClose: false, validateEntrySizes: true }, (error, zip) => {
      if (error) reject(corrupt(error));
      else resolve(zip);
    });
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

/** yauzl refuses absolute names and “..” itself: those are unsafe rather than broken. */
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
