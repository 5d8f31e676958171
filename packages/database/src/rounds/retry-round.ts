import { type QueueMessage, type Round, TangentError } from '@tangent/contracts';
import { resumeStatus } from '@tangent/labeling';
import type { Database, Queryable } from '../core/database.js';
import { isUniqueViolation } from '../core/errors.js';
import { inTransaction } from '../core/transaction.js';
import { writeOutbox } from '../outbox/outbox.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { announceRound } from './announce-round.js';
import { getRound } from './get-round.js';
import { lockProjectOf, lockRound } from './move-round.js';
import { shardsWithout } from './shards.js';

export interface RetryInput {
  readonly roundId: string;
  readonly actor: Actor;
  readonly now?: Date;
}

/**
 * failed → the phase that failed, as the next attempt; shards that are done stay done. Throws round-not-retryable,
 * round-active (another round runs), not-found.
 */
export async function retryRound(
  db: Database,
  { roundId, actor, now = db.now() }: RetryInput,
): Promise<Round> {
  try {
    return await inTransaction(db, async (tx) => {
      await lockProjectOf(tx, roundId);
      const before = await lockRound(tx, roundId);
      if (before.status !== 'failed' || before.failed_in === null) {
        throw new TangentError(
          'round-not-retryable',
          `The round ${roundId} is ${before.status}; only a failed round can be retried. Start a new one instead.`,
        );
      }
      const status = resumeStatus(before.failed_in);
      const attempt = before.attempt + 1;
      await tx.prisma.round.update({
        where: { id: roundId },
        data: {
          status,
          attempt,
          failedIn: null,
          errorCode: null,
          errorDetail: null,
          finishedAt: null,
          phaseStartedAt: now,
        },
      });
      await writeOutbox(tx, await phaseMessage(tx, { id: roundId, status, attempt }));
      await announceRound(tx, roundId);
      await audit(tx, {
        actorId: actor.userId,
        ip: actor.ip,
        action: 'round.retry',
        targetType: 'round',
        targetId: roundId,
        detail: { attempt, status },
      });
      return getRound(tx, roundId);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new TangentError(
      'round-active',
      'Another round of this project is running. Wait for its end, or cancel it, then retry.',
      { cause: error },
    );
  }
}

/** What the queue must do for a round in a phase. A selection is the parent of scored shards: it comes with none left. */
export async function phaseMessage(
  tx: Queryable,
  round: { id: string; status: Round['status']; attempt: number },
): Promise<QueueMessage> {
  const { id: roundId, status, attempt } = round;
  if (status === 'featurizing')
    return { kind: 'featurize', roundId, attempt, shards: await shardsWithout(tx, roundId, 'features') };
  if (status === 'scoring' || status === 'selecting')
    return { kind: 'score', roundId, attempt, shards: await shardsWithout(tx, roundId, 'scores') };
  return { kind: 'train', roundId, attempt };
}
