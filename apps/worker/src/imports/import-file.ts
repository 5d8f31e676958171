import { type RowError, TangentError } from '@tangent/contracts';
import {
  commitImportBatch,
  type Database,
  failOperation,
  finishImport,
  getImport,
  type ImportRecord,
  type NewItem,
  oneAhead,
  refreshStatistics,
} from '@tangent/database';
import { type ImportSource, type ReadRow, readRows } from '@tangent/importing';
import type { BlobStore } from '@tangent/storage';
import { openSource } from './open-source.js';
import { type ItemOptions, toItem } from './to-item.js';

/** A batch is one transaction: large enough to be quick, small enough that people see it move. */
const batchRows = { image: 500, text: 5000, vector: 2000 } as const;
const batchBytes = 64 * 1024 * 1024;
/** An import of fewer changes no plan. */
const manyRows = 1000;

export interface ImportJob {
  readonly db: Database;
  readonly blobs: BlobStore;
  /** The folder below which files of the server may be read. */
  readonly importRoot: string | undefined;
  readonly operationId: string;
  /** Stops it before the next batch. */
  readonly signal: AbortSignal;
}

/**
 * Reads an uploaded file into items, batch by batch. Each batch is committed with its checkpoint, so a run that was
 * killed is taken up at the batch it had reached. Bad rows are noted and passed over; a file that is bad as a whole fails
 * the operation, and what was committed stays. Throws what another try may help against.
 */
export async function importFile(job: ImportJob): Promise<void> {
  const { db, operationId } = job;
  for (;;) {
    const record = await getImport(db, operationId);
    if (record.operation.status !== 'running') return;
    try {
      if ((await importFrom(record, job)) === 'over') return;
    } catch (error) {
      if (!(error instanceof TangentError) || error.code === 'database-unavailable') throw error;
      await failOperation(db, operationId, { code: error.code, detail: error.message });
      return;
    }
  }
}

/** `overtaken`: another worker, which took this one for dead, has committed what is read here; go on behind it. */
async function importFrom(
  record: ImportRecord,
  { db, blobs, importRoot, operationId, signal }: ImportJob,
): Promise<'over' | 'overtaken'> {
  const file = await openSource(record, { blobs, importRoot });
  const { isDryRun } = record.operation;
  const { holdoutShare } = record;
  let numRows = record.numRowsDone;
  const batches = prepared(batchesOf(sourceOf(record, file.path), record.numRowsDone), {
    blobs,
    isDryRun,
    holdoutShare,
  });
  try {
    for await (const { fromRow, toRow, items, errors } of oneAhead(batches)) {
      signal.throwIfAborted();
      if (!file.isFolder) await file.assertUnchanged();
      const batch = { operationId, fromRow, toRow, items, numFailed: errors.length, errors };
      const { kind } = await commitImportBatch(db, batch);
      if (kind !== 'committed') return kind === 'ended' ? 'over' : 'overtaken';
      numRows = toRow;
    }
    await file.assertUnchanged();
  } finally {
    await file.release();
  }
  // Before the end, which may start the first round.
  if (!isDryRun && numRows >= manyRows) await refreshStatistics(db);
  await finishImport(db, operationId);
  return 'over';
}

const sourceOf = (record: ImportRecord, path: string): ImportSource => ({
  path,
  format: record.format,
  target: {
    type: record.projectType,
    classKeys: record.classes.map(({ key }) => key),
    vectorLength: record.vectorLength,
  },
});

interface Batch {
  readonly fromRow: number;
  readonly toRow: number;
  readonly reads: readonly ReadRow[];
}

/** The rows after the first `numDone`, cut into batches: the same file is cut the same way by every worker. */
async function* batchesOf(source: ImportSource, numDone: number): AsyncGenerator<Batch> {
  let row = 0;
  let reads: ReadRow[] = [];
  let numBytes = 0;
  for await (const group of readRows(source))
    for (const read of group) {
      if (row++ < numDone) continue;
      reads.push(read);
      numBytes += sizeOf(read);
      if (reads.length < batchRows[source.target.type] && numBytes < batchBytes) continue;
      yield { fromRow: row - reads.length, toRow: row, reads };
      reads = [];
      numBytes = 0;
    }
  if (reads.length > 0) yield { fromRow: row - reads.length, toRow: row, reads };
}

function sizeOf(read: ReadRow): number {
  if (read.kind === 'error') return 0;
  const { text = '', vector = [], data } = read.row;
  const dataLength = Object.keys(data).length === 0 ? 0 : JSON.stringify(data).length;
  return (read.image?.byteLength ?? 0) + text.length + 4 * vector.length + dataLength;
}

interface PreparedBatch {
  readonly fromRow: number;
  readonly toRow: number;
  readonly items: readonly NewItem[];
  readonly errors: readonly RowError[];
}

/** Rows as they are inserted; images are decoded and stored. */
async function* prepared(batches: AsyncIterable<Batch>, options: ItemOptions): AsyncGenerator<PreparedBatch> {
  for await (const { fromRow, toRow, reads } of batches) {
    const items: NewItem[] = [];
    const errors: RowError[] = [];
    const results = reads.map((read) => (read.kind === 'error' ? read : toItem(read, options)));
    for (const result of await Promise.all(results)) {
      if (result.kind === 'error') errors.push(result.error);
      else items.push(result.item);
    }
    yield { fromRow, toRow, items, errors };
  }
}
