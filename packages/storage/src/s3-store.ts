import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { BlobCorruptError, BlobMissingError, type BlobStore, placeOf } from './blob-store.js';
import { maxS3BlobBytes } from './blobs-backend.js';
import { BlobTooLargeError, chunksOf, type Incoming, openIncoming } from './incoming.js';
import { asUnavailable, type S3Place, statusOf } from './s3-outage.js';

const connectWithinMs = 5000;
const say = () => undefined;
/** Errors say what is to be said; the SDK would write to the console else. */
const silent = { trace: say, debug: say, info: say, warn: say, error: say };
/** A connection on which nothing moves for so long is given up. */
const idleMs = 120_000;
const numAttempts = 3;

export interface S3Options extends S3Place {
  /** Path below which the blobs lie in the bucket, without slashes at its ends; '' is the bucket itself. */
  readonly prefix: string;
  /** Buckets are named in the path, not in the host name. */
  readonly hasPathStyle: boolean;
  /** undefined: the SDK looks for them (role of the machine, profile). */
  readonly credentials?:
    | { readonly accessKeyId: string; readonly secretAccessKey: string; readonly sessionToken?: string }
    | undefined;
  /** Folder for streams on their way in, whose names are known only at their end, and for local copies. */
  readonly incoming: string;
  /** Default 5 GiB, the most that S3 takes. */
  readonly maxBlobBytes?: number;
  /** Nothing is written, and rights to write are not looked at. Default false. */
  readonly isReadOnly?: boolean;
}

export interface S3Store extends BlobStore {
  /** All blobs, in no order. */
  list(): AsyncIterable<{ readonly key: string; readonly numBytes: number }>;
  /** Closes the connections. */
  close(): void;
}

/**
 * Blobs in a bucket, in the same places as in a folder. A put is one request, so a blob is there whole or not at all;
 * its name is the checksum that the request is signed with, so the server refuses bytes that changed on the way.
 *
 * Tries the bucket before it resolves. Throws BlobsUnavailableError, also later, from every call.
 */
export async function s3Store(options: S3Options): Promise<S3Store> {
  const { bucket: Bucket, prefix, maxBlobBytes = maxS3BlobBytes } = options;
  let opened: Promise<Incoming> | undefined;
  /** Opened when it is needed: who only reads makes no folder. */
  const incoming = () => (opened ??= openIncoming(options.incoming));
  const client = openClient(options);
  const unavailable = (error: unknown) => asUnavailable(error, options);
  const root = prefix === '' ? '' : `${prefix}/`;
  const objectOf = (key: string) => ({ Bucket, Key: root + placeOf(key) });

  async function sizeOrNull(key: string): Promise<number | null> {
    const object = objectOf(key);
    try {
      return (await client.send(new HeadObjectCommand(object))).ContentLength ?? 0;
    } catch (error) {
      if (statusOf(error) === 404) return null;
      throw unavailable(error);
    }
  }

  async function open(key: string): Promise<{ stream: Readable; numBytes: number }> {
    const object = objectOf(key);
    try {
      const { Body, ContentLength = 0 } = await client.send(new GetObjectCommand(object));
      return { stream: Body as Readable, numBytes: ContentLength };
    } catch (error) {
      throw (error as Error).name === 'NoSuchKey'
        ? new BlobMissingError(key, { cause: error })
        : unavailable(error);
    }
  }

  /** The bytes; what goes wrong on their way is an outage. */
  async function* download(key: string): AsyncGenerator<Uint8Array> {
    const { stream } = await open(key);
    try {
      yield* stream as AsyncIterable<Uint8Array>;
    } catch (error) {
      throw unavailable(error);
    }
  }

  /** One request, from memory or from a file. */
  async function send(key: string, numBytes: number, source: Uint8Array | { file: string }): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      const Body = source instanceof Uint8Array ? source : createReadStream(source.file);
      const put = new PutObjectCommand({ ...objectOf(key), Body, ContentLength: numBytes });
      // The checksum of the body is known: the signature covers it, and a stream need not be cut into signed chunks,
      // which not every server understands.
      put.middlewareStack.add(
        (next) => (args) => {
          (args.request as { headers: Record<string, string> }).headers['x-amz-content-sha256'] = key;
          return next(args);
        },
        { step: 'build', name: 'signKnownChecksum' },
      );
      try {
        await client.send(put);
        return;
      } catch (error) {
        // The SDK tries again by itself, but not with a stream, which it has read.
        const mayHelp = !(Body instanceof Uint8Array) && (statusOf(error) ?? 500) >= 500;
        if (!mayHelp || attempt === numAttempts) throw unavailable(error);
      } finally {
        if (!(Body instanceof Uint8Array)) Body.destroy();
      }
    }
  }

  const store: S3Store = {
    async put(content) {
      if (content instanceof Uint8Array) {
        const numBytes = content.length;
        if (numBytes > maxBlobBytes) throw new BlobTooLargeError(maxBlobBytes);
        const key = createHash('sha256').update(content).digest('hex');
        if ((await sizeOrNull(key)) !== numBytes) await send(key, numBytes, content);
        return { key, numBytes };
      }
      const { file, key, numBytes } = await (await incoming()).receive(chunksOf(content), {
        maxBytes: maxBlobBytes,
      });
      try {
        // An object of another size is a blob that was damaged; these bytes are the right ones.
        if ((await sizeOrNull(key)) !== numBytes) await send(key, numBytes, { file });
        return { key, numBytes };
      } finally {
        await rm(file, { force: true });
      }
    },
    async adopt(file, key) {
      const { size } = await stat(file);
      if (size > maxBlobBytes) throw new BlobTooLargeError(maxBlobBytes);
      if ((await sizeOrNull(key)) !== size) await send(key, size, { file });
      await rm(file);
    },
    async get(key) {
      const chunks: Uint8Array[] = [];
      for await (const chunk of download(key)) chunks.push(chunk);
      const bytes = Buffer.concat(chunks);
      const found = createHash('sha256').update(bytes).digest('hex');
      if (found !== key) throw new BlobCorruptError(key, found);
      return bytes;
    },
    open,
    async local(key) {
      const arrived = await (await incoming()).receive(download(key));
      const release = () => rm(arrived.file, { force: true });
      if (arrived.key !== key) {
        await release();
        throw new BlobCorruptError(key, arrived.key);
      }
      return { path: arrived.file, release };
    },
    has: async (key) => (await sizeOrNull(key)) !== null,
    async delete(key) {
      await client.send(new DeleteObjectCommand(objectOf(key))).catch((error) => {
        throw unavailable(error);
      });
    },
    async *list() {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: root });
      try {
        for await (const { Contents = [] } of pages)
          for (const { Key, Size } of Contents) {
            const key = /\/([0-9a-f]{64})$/.exec(Key ?? '')?.[1];
            if (key !== undefined && Key === root + placeOf(key)) yield { key, numBytes: Size ?? 0 };
          }
      } catch (error) {
        throw unavailable(error);
      }
    },
    close: () => client.destroy(),
  };

  try {
    await tryBucket(store, options.isReadOnly ?? false, (key, bytes) => send(key, bytes.length, bytes));
  } catch (error) {
    store.close();
    throw error;
  }
  return store;
}

function openClient({ endpoint, region, hasPathStyle, credentials }: S3Options): S3Client {
  const agent = { keepAlive: true, maxSockets: 64 };
  return new S3Client({
    region,
    forcePathStyle: hasPathStyle,
    ...(endpoint !== undefined && { endpoint }),
    ...(credentials && { credentials }),
    maxAttempts: numAttempts,
    logger: silent,
    // Our own checksums are the names of the blobs; others are not understood by every server.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: {
      connectionTimeout: connectWithinMs,
      socketTimeout: idleMs,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

/** A blob that nobody has: asking for it shows whether one may read, list and write, and harms nothing. */
async function tryBucket(
  store: BlobStore,
  isReadOnly: boolean,
  write: (key: string, bytes: Uint8Array) => Promise<void>,
): Promise<void> {
  await store.get('0'.repeat(64)).catch((error) => {
    if (!(error instanceof BlobMissingError)) throw error;
  });
  if (isReadOnly) return;
  const bytes = new TextEncoder().encode('tangent may write here');
  await write(createHash('sha256').update(bytes).digest('hex'), bytes);
}
