import { activeRoundStatuses, type QueueMessage } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { writeOutbox } from '../outbox/outbox.js';
import { phaseMessage } from './retry-round.js';

/**
 * Queues the present phase of every active round again, for the queue may have been lost; their number. Harmless
 * where it was not: the jobs have the same ids.
 */
export async function reconcileRounds(db: Database): Promise<number> {
  return inTransaction(db, async (tx) => {
    const messages = await phasesUnderWay(tx);
    for (const message of messages) await writeOutbox(tx, message);
    return messages.length;
  });
}

/** What the queue must do for each active round in its present phase. */
export async function phasesUnderWay(db: Queryable): Promise<QueueMessage[]> {
  const rounds = await db.prisma.round.findMany({
    where: { status: { in: [...activeRoundStatuses] } },
    orderBy: { id: 'asc' },
    select: { id: true, status: true, attempt: true },
  });
  const messages: QueueMessage[] = [];
  for (const round of rounds) messages.push(await phaseMessage(db, round));
  return messages;
}
