import { activeRoundStatuses, type QueueMessage } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { phaseMessage } from './retry-round.js';

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
