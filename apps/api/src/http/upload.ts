import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { TangentError } from '@tangent/contracts';
import type { FastifyRequest } from 'fastify';

/** A file that arrived, on local disk until the request ends. */
export interface Upload {
  readonly path: string;
  readonly fileName: string;
  readonly sha256: string;
  remove(): Promise<void>;
}

/**
 * Streams the multipart field `file` to disk; memory stays constant. Throws unsupported-media-type,
 * validation-failed, payload-too-large, and then leaves nothing behind.
 */
export async function receiveUpload(request: FastifyRequest, folder: string): Promise<Upload> {
  if (!request.isMultipart())
    throw new TangentError(
      'unsupported-media-type',
      'Send the file as multipart/form-data in the field “file”, e.g. curl -F file=@rows.jsonl.',
    );
  const part = await request.file().catch((error) => {
    throw unreadable(error);
  });
  if (part?.fieldname !== 'file') {
    part?.file.resume();
    throw new TangentError('validation-failed', 'Send the file as the multipart field “file”.', {
      errors: [{ pointer: '/file', detail: 'is missing' }],
    });
  }
  const own = await mkdtemp(path.join(folder, 'upload-'));
  const remove = () => rm(own, { recursive: true, force: true });
  try {
    const hash = createHash('sha256');
    const hashing = new Transform({
      transform(chunk: Buffer, _encoding, done) {
        hash.update(chunk);
        done(null, chunk);
      },
    });
    const file = path.join(own, 'file');
    await pipeline(part.file, hashing, createWriteStream(file));
    if (part.file.truncated)
      throw new TangentError(
        'payload-too-large',
        'The file is larger than an upload may be; split it into several imports.',
      );
    return { path: file, fileName: nameOf(part.filename), sha256: hash.digest('hex'), remove };
  } catch (error) {
    await remove();
    throw unreadable(error);
  }
}

/** What the parser of forms throws has no code, or is the end of a connection; all else (limits, a full disk) stays as it is. */
function unreadable(error: unknown): unknown {
  if (error instanceof TangentError) return error;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code !== undefined && code !== 'ERR_STREAM_PREMATURE_CLOSE') return error;
  return new TangentError(
    'malformed-body',
    `The form cannot be read: ${message}. Send the whole file as multipart/form-data, with the boundary that the Content-Type names.`,
    { cause: error },
  );
}

/** The last step of the name, without what could spoil a log or a header. */
function nameOf(fileName: string | undefined): string {
  const last = (fileName ?? '').split(/[/\\]/).at(-1)!;
  return last.replace(/\p{Cc}|\p{Surrogate}/gu, '').slice(0, 300) || 'upload';
}

const dayMs = 24 * 3_600_000;

/** Removes what a killed process left. */
export async function sweepUploads(folder: string, now: Date = new Date()): Promise<void> {
  for (const name of await readdir(folder)) {
    const left = path.join(folder, name);
    const { mtimeMs } = await stat(left);
    if (now.getTime() - mtimeMs > dayMs) await rm(left, { recursive: true, force: true });
  }
}
