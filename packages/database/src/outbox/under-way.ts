import type { QueueKey, QueueMessage } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { runningImports } from '../imports/create-import.js';
import { phasesUnderWay } from '../rounds/phases-under-way.js';

/**
 * What the queues, or one of them, must be doing now: the present phase of every active round, and every import that
 * runs. Publishing it again changes nothing where the queue has it, and brings back what a queue has lost.
 */
export async function messagesUnderWay(db: Queryable, queue?: QueueKey): Promise<QueueMessage[]> {
  return [
    ...(queue === 'imports' ? [] : await phasesUnderWay(db)),
    ...(queue === 'rounds' ? [] : await runningImports(db)),
  ];
}
