import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { type RowError, TangentError } from '@tangent/contracts';
import {
  commitImportBatch,
  type Database,
  failOperation,
  finishImport,
  getImport,
  type NewItem,
} from '@tangent/database';
import { ImageError, normaliseImage, type ReadRow, readRows, textHash, vectorHash } from '@tangent/importing';
import type { BlobStore } from '@tangent/storage';

const batchRows = 500;
const batchBytes = 64 * 1024 * 1024;

export interface ImportJob {
  readonly db: Database;
  readonly blobs: BlobStore;
  readonly operationId: string;
  readonly signal: AbortSignal;
}

/**
 * Reads an uploaded file into items, batch by batch. Each batch is one transaction with its checkpoint, so a run that
 * was killed is taken up at the batch it had reached. Bad rows are noted and passed over.
 */
export async function importFile({ db, blobs, operationId, signal }: ImportJob): Promise<void> {
  const job = await getImport(db, operationId);
  if (job.operation.status !== 'running') return;
  const folder = await mkdtemp(path.join(tmpdir(), 'tangent-import-'));
  try {
    const file = path.join(folder, 'upload');
    await pipeline((await blobs.open(job.fileKey)).stream, createWriteStream(file));
    const source = {
      path: file,
      format: job.format,
      target: { type: job.projectType, classKeys: job.classes.map((c) => c.key) },
    };
    const writer = batchWriter(db, blobs, operationId, job.numRowsDone, job.operation.isDryRun);
    let row = 0;
    for await (const read of readRows(source)) {
      signal.throwIfAborted();
      if (row++ >= job.numRowsDone) await writer.add(read);
    }
    await writer.flush();
    await finishImport(db, operationId);
  } catch (error) {
    if (!(error instanceof TangentError) || error.code === 'database-unavailable') throw error;
    // The file as a whole is bad: said in the operation, and what was committed stays.
    await failOperation(db, operationId, { code: error.code, detail: error.message });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function batchWriter(db: Database, blobs: BlobStore, operationId: string, done: number, isDryRun: boolean) {
  let fromRow = done;
  let toRow = done;
  let numBytes = 0;
  let waiting: Promise<NewItem | RowError>[] = [];
  const flush = async () => {
    if (toRow === fromRow) return;
    const results = await Promise.all(waiting);
    const errors = results.filter((r): r is RowError => 'code' in r);
    const items = results.filter((r): r is NewItem => !('code' in r));
    await commitImportBatch(db, { operationId, fromRow, toRow, items, numFailed: errors.length, errors });
    fromRow = toRow;
    waiting = [];
    numBytes = 0;
  };
  return {
    flush,
    async add(read: ReadRow) {
      toRow++;
      waiting.push(read.kind === 'error' ? Promise.resolve(read.error) : toItem(read, blobs, isDryRun));
      numBytes +=
        read.kind === 'row'
          ? (read.image?.byteLength ?? 0) + (read.row.text?.length ?? 0) + 8 * (read.row.vector?.length ?? 0)
          : 0;
      if (waiting.length >= batchRows || numBytes >= batchBytes) await flush();
    },
  };
}

async function toItem(
  { row, image, line, file }: Extract<ReadRow, { kind: 'row' }>,
  blobs: BlobStore,
  isDryRun: boolean,
): Promise<NewItem | RowError> {
  const shared = { externalId: row.id, data: row.data, classKey: row.label, isHoldout: row.holdout };
  if (image) {
    try {
      const { png, width, height, channels, contentHash } = await normaliseImage(image);
      const { key } = isDryRun ? { key: contentHash } : await blobs.put(png);
      return {
        ...shared,
        contentHash,
        media: { sha256: key, mimeType: 'image/png', width, height, channels, numBytes: png.byteLength },
      };
    } catch (error) {
      if (!(error instanceof ImageError)) throw error;
      return {
        ...(line === undefined ? {} : { line }),
        ...(file === undefined ? {} : { file }),
        code: error.code,
        detail: error.message,
      };
    }
  }
  if (row.vector) {
    const vector = Float32Array.from(row.vector);
    return { ...shared, contentHash: vectorHash(vector), vector };
  }
  return { ...shared, contentHash: textHash(row.text!), text: row.text };
}
