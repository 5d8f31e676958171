import type { Readable } from 'node:stream';

/** Immutable bytes, named by their SHA-256 (64 lower-case hex digits). */
export interface BlobStore {
  /** Stores bytes or a stream; the same bytes are stored once. Durable when it resolves. */
  put(content: Uint8Array | Readable): Promise<{ readonly key: string; readonly numBytes: number }>;
  /**
   * Stores a file whose checksum the caller has computed while it was written, and takes it away: where the store lies on the
   * same disk it is moved, not copied. When it throws, the file may still be there.
   */
  adopt(file: string, key: string): Promise<void>;
  /** All bytes, checked against the key. Throws BlobMissingError, BlobCorruptError. */
  get(key: string): Promise<Uint8Array>;
  /** The bytes as a stream, unchecked. Throws BlobMissingError. */
  open(key: string): Promise<{ readonly stream: Readable; readonly numBytes: number }>;
  /** A file with the bytes, for readers that jump about in it; not to be written to. Throws BlobMissingError. */
  local(key: string): Promise<LocalBlob>;
  has(key: string): Promise<boolean>;
  /** Removes a blob that nothing names any more; absent is fine. */
  delete(key: string): Promise<void>;
}

/** A store in a folder gives its own file; one that is far away would give a copy, and remove it at `release`. */
export interface LocalBlob {
  readonly path: string;
  release(): Promise<void>;
}

export class BlobMissingError extends Error {
  override readonly name = 'BlobMissingError';
  readonly code = 'blob-missing';
  constructor(
    readonly key: string,
    options?: ErrorOptions,
  ) {
    super(
      `blob ${key} is not in the store; restore the blobs from the backup that belongs to the database`,
      options,
    );
  }
}

export class BlobCorruptError extends Error {
  override readonly name = 'BlobCorruptError';
  readonly code = 'blob-corrupt';
  constructor(
    readonly key: string,
    readonly found: string,
  ) {
    super(`blob ${key} is damaged: its content has the checksum ${found}; restore it from a backup`);
  }
}

/** A server that holds the blobs does not answer, or refuses; the message says why, and the way out. */
export class BlobsUnavailableError extends Error {
  override readonly name = 'BlobsUnavailableError';
  readonly code = 'blobs-unavailable';
}

/**
 * Where a blob lies below the root of any store, two levels deep by its first digits. The same everywhere, so that a
 * folder can be copied into a bucket as it is. Throws RangeError unless the key is a SHA-256 in hex: keys become paths.
 */
export function placeOf(key: string): string {
  if (!/^[0-9a-f]{64}$/.test(key)) throw new RangeError(`“${key}” is not the key of a blob`);
  return `${key.slice(0, 2)}/${key.slice(2, 4)}/${key}`;
}
