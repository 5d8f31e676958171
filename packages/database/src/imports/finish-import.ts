import type { Operation, RowError } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { maybeStartRound } from '../rounds/maybe-start-round.js';
import { writeWebhookEvent } from '../webhooks/write-event.js';
import { lockImport, maxErrorsKept } from './commit-import-batch.js';
import { forgetRows } from './dry-run-rows.js';
import { toOperation } from './operations.js';
import { storableError } from './storable-error.js';

export type FinishResult =
  | {
      readonly kind: 'finished' /** The round that the labels of the import started. */;
      readonly roundId: string | null;
    }
  | { readonly kind: 'ended' };

/**
 * Ends the import and, when the pool can now be trained on and has no round yet, starts the first one in the same
 * transaction. `ended`: it was ended before.
 */
export async function finishImport(
  db: Database,
  operationId: string,
  now: Date = db.now(),
): Promise<FinishResult> {
  return inTransaction(db, async (tx) => {
    const operation = await lockImport(tx, operationId);
    if (operation.status !== 'running') return { kind: 'ended' };
    const ended = await tx.prisma.operation.update({
      where: { id: operationId },
      data: { status: 'done', finishedAt: now },
    });
    await tellWebhooks(tx, toOperation(ended), now);
    if (operation.is_dry_run) await forgetRows(tx, operationId);
    const roundId = operation.is_dry_run ? null : await maybeStartRound(tx, operation.project_id, now);
    return { kind: 'finished', roundId };
  });
}

/** Ends it as failed. What was committed stays; the error comes first in the list. */
export async function failOperation(
  db: Database,
  operationId: string,
  error: RowError,
  now: Date = db.now(),
): Promise<{ kind: 'failed' } | { kind: 'ended' }> {
  return inTransaction(db, (tx) => failImport(tx, operationId, error, now));
}

/** failOperation for a transaction that is open. */
export async function failImport(
  tx: Tx,
  operationId: string,
  error: RowError,
  now: Date,
): Promise<{ kind: 'failed' } | { kind: 'ended' }> {
  const operation = await lockImport(tx, operationId);
  if (operation.status !== 'running') return { kind: 'ended' };
  if (operation.is_dry_run) await forgetRows(tx, operationId);
  const { errors } = await tx.prisma.operation.findUniqueOrThrow({ where: { id: operationId } });
  const ended = await tx.prisma.operation.update({
    where: { id: operationId },
    data: {
      status: 'failed',
      finishedAt: now,
      errors: [storableError(error), ...(errors as RowError[])].slice(0, maxErrorsKept),
    },
  });
  await tellWebhooks(tx, toOperation(ended), now);
  return { kind: 'failed' };
}

/** A dry run has changed nothing that somebody would wait for. */
async function tellWebhooks(
  tx: Tx,
  { id, projectId, status, counts, isDryRun }: Operation,
  now: Date,
): Promise<void> {
  if (isDryRun || status === 'running') return;
  const finishedAt = now.toISOString();
  const data = { projectId, operationId: id, status, counts, finishedAt };
  await writeWebhookEvent(tx, projectId, { type: 'import.done', timestamp: finishedAt, data }, now);
}
