import type { Operation, RowError } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { insertItems, type NewItem } from '../items/insert-items.js';
import { tryRows } from './dry-run-rows.js';
import { noOperation } from './operations.js';
import { storableError } from './storable-error.js';

/** Errors beyond these are counted, not kept. */
export const maxErrorsKept = 1000;

export interface ImportBatch {
  readonly operationId: string;
  /** Rows done before this batch: the checkpoint that it continues. */
  readonly fromRow: number;
  /** Rows done after it, good and bad. */
  readonly toRow: number;
  /** The good ones. In a dry run they are only checked for duplicates. */
  readonly items: readonly NewItem[];
  readonly numFailed: number;
  readonly errors: readonly RowError[];
}

export type BatchResult =
  | { readonly kind: 'committed'; readonly numCreated: number; readonly numDuplicates: number }
  | { readonly kind: 'already-committed'; readonly numRowsDone: number }
  | { readonly kind: 'ended' };

/**
 * Items, counts and checkpoint in one transaction. A batch that was committed before (its worker died before it
 * knew) is left alone: go on from `numRowsDone`. `ended`: the operation is over, stop.
 */
export async function commitImportBatch(db: Database, batch: ImportBatch): Promise<BatchResult> {
  const { operationId, fromRow, toRow, items, numFailed, errors } = batch;
  return inTransaction(db, async (tx) => {
    const operation = await lockImport(tx, operationId);
    if (operation.status !== 'running') return { kind: 'ended' };
    if (operation.num_rows_done > fromRow)
      return { kind: 'already-committed', numRowsDone: operation.num_rows_done };
    if (operation.num_rows_done < fromRow || toRow < fromRow) {
      throw new RangeError(
        `batch ${fromRow}…${toRow} of ${operationId} does not continue its checkpoint ${operation.num_rows_done}`,
      );
    }
    const { numCreated, numDuplicates } = await write(tx, operationId, operation, items);
    await tx.query(
      `UPDATE operations SET num_read = num_read + $2, num_created = num_created + $3,
         num_duplicates = num_duplicates + $4, num_failed = num_failed + $5,
         errors = (SELECT coalesce(jsonb_agg(e ORDER BY n), '[]') FROM
           jsonb_array_elements(errors || $6::jsonb) WITH ORDINALITY t(e, n) WHERE n <= $7)
       WHERE id = $1`,
      [
        operationId,
        toRow - fromRow,
        numCreated,
        numDuplicates,
        numFailed,
        JSON.stringify(errors.map(storableError)),
        maxErrorsKept,
      ],
    );
    await tx.query('UPDATE imports SET num_rows_done = $2 WHERE operation_id = $1', [operationId, toRow]);
    return { kind: 'committed', numCreated, numDuplicates };
  });
}

async function write(
  tx: Tx,
  operationId: string,
  operation: LockedImport,
  items: readonly NewItem[],
): Promise<{ numCreated: number; numDuplicates: number }> {
  if (operation.is_dry_run) {
    const numDuplicates = await tryRows(tx, operationId, operation.project_id, items);
    return { numCreated: items.length - numDuplicates, numDuplicates };
  }
  const inserted = await insertItems(tx, operation.project_id, items, {
    expectsDuplicates: operation.has_duplicates,
  });
  return { numCreated: inserted.numCreated, numDuplicates: inserted.duplicates.length };
}

interface LockedImport {
  status: Operation['status'];
  project_id: string;
  is_dry_run: boolean;
  num_rows_done: number;
  /** So far. */
  has_duplicates: boolean;
}

/** One writer an import: a worker that was thought dead waits here, and then finds its batch committed. */
export async function lockImport(tx: Tx, operationId: string): Promise<LockedImport> {
  const [row] = await tx.query<LockedImport>(
    `SELECT o.status, o.project_id, o.is_dry_run, i.num_rows_done, o.num_duplicates > 0 AS has_duplicates
     FROM operations o JOIN imports i ON i.operation_id = o.id WHERE o.id = $1 FOR NO KEY UPDATE`,
    [operationId],
  );
  if (!row) throw noOperation(operationId);
  return row;
}
