import { type Operation, type RowError, TangentError } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import type { Operation as OperationRow } from '../generated/client.js';

/** Throws not-found. */
export async function getOperation(db: Queryable, operationId: string): Promise<Operation> {
  const row = await db.prisma.operation.findUnique({ where: { id: operationId } });
  if (!row) throw noOperation(operationId);
  return toOperation(row);
}

export function noOperation(operationId: string): TangentError {
  return new TangentError('not-found', `There is no operation ${operationId}.`);
}

export function toOperation(row: OperationRow): Operation {
  return {
    id: row.id,
    kind: 'import',
    status: row.status,
    projectId: row.projectId,
    counts: {
      read: row.numRead,
      created: row.numCreated,
      duplicates: row.numDuplicates,
      failed: row.numFailed,
    },
    errors: row.errors as RowError[],
    isDryRun: row.isDryRun,
    createdAt: row.createdAt.toISOString(),
    finishedAt: row.finishedAt?.toISOString() ?? null,
  };
}
