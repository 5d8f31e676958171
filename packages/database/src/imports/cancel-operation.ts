import { type Operation, TangentError } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { failImport } from './finish-import.js';
import { getOperation } from './operations.js';

/**
 * Ends an import as failed, with the error `cancelled` first; its worker finds that at its next batch and stops. What was
 * committed stays. Throws operation-ended, not-found.
 */
export async function cancelOperation(
  db: Database,
  input: { operationId: string; actor: Actor; now?: Date },
): Promise<Operation> {
  const { operationId, actor, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const error = {
      code: 'cancelled',
      detail: 'Cancelled by request. The items that were made until then stay.',
    };
    if ((await failImport(tx, operationId, error, now)).kind === 'ended') {
      throw new TangentError(
        'operation-ended',
        `The import ${operationId} has ended; there is nothing to cancel.`,
      );
    }
    const operation = await getOperation(tx, operationId);
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'import.cancel',
      targetType: 'operation',
      targetId: operationId,
      detail: { projectId: operation.projectId, numRead: operation.counts.read },
    });
    return operation;
  });
}
