import { activeRoundStatuses, type Round, TangentError } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { getRound } from './get-round.js';
import { lockRound, moveRound } from './move-round.js';

/** Any phase → cancelled. Its jobs find that out when they next write. Throws round-not-active, not-found. */
export async function cancelRound(
  db: Database,
  input: { roundId: string; actor: Actor; now?: Date },
): Promise<Round> {
  const { roundId, actor, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const { attempt } = await lockRound(tx, roundId);
    const moved = await moveRound(tx, { roundId, attempt, from: null, to: 'cancelled', now });
    if (moved.kind === 'stale') {
      throw new TangentError(
        'round-not-active',
        `The round ${roundId} is ${moved.status} already; only a running round can be cancelled.`,
      );
    }
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'round.cancel',
      targetType: 'round',
      targetId: roundId,
    });
    return getRound(tx, roundId);
  });
}

/** Of a project that is put away; its id, or null. */
export async function cancelActiveRound(tx: Tx, projectId: string, now: Date): Promise<string | null> {
  const round = await tx.prisma.round.findFirst({
    where: { projectId, status: { in: [...activeRoundStatuses] } },
    select: { id: true },
  });
  if (!round) return null;
  const { attempt } = await lockRound(tx, round.id);
  const moved = await moveRound(tx, { roundId: round.id, attempt, from: null, to: 'cancelled', now });
  return moved.kind === 'moved' ? round.id : null;
}
