import { activeRoundStatuses } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { writeOutbox } from '../outbox/outbox.js';
import { phaseMessage } from './retry-round.js';

/**
 * Queues the present phase of every active round again, for the queue may have been lost; their number. Harmless
 * where it was not: the jobs have the same ids.
 */
export async function reconcileRounds(db: Database): Promise<number> {
  return inTransaction(db, async (tx) => {
    const rounds = await tx.prisma.round.findMany({
      where: { status: { in: [...activeRoundStatuses] } },
      orderBy: { id: 'asc' },
      select: { id: true, status: true, attempt: true },
    });
    for (const round of rounds) await writeOutbox(tx, await phaseMessage(tx, round));
    return rounds.length;
  });
}
