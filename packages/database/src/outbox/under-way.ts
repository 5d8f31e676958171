import type { QueueMessage } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { runningImports } from '../imports/create-import.js';
import { phasesUnderWay } from '../rounds/reconcile-rounds.js';

/**
 * What the queue must be doing now: the present phase of every active round, and every import that runs. Publishing it
 * again changes nothing where the queue has it, and brings back what a queue has lost.
 */
export async function messagesUnderWay(db: Queryable): Promise<QueueMessage[]> {
  return [...(await phasesUnderWay(db)), ...(await runningImports(db))];
}
