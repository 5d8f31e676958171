import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { writeOutbox } from '../outbox/outbox.js';
import { type Measures, type Move, moveRound } from './move-round.js';
import { shardsWithout } from './shards.js';

export interface FeaturizingResult extends Measures {
  readonly roundId: string;
  readonly attempt: number;
  /** Blob of the reduce step. */
  readonly statisticsKey: string;
  readonly now?: Date;
}

/** featurizing → scoring, with the message for the shards that have no scores. */
export async function completeFeaturizing(db: Database, input: FeaturizingResult): Promise<Move> {
  const { roundId, attempt, statisticsKey, timings, metrics, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const moved = await moveRound(tx, {
      roundId,
      attempt,
      from: 'featurizing',
      to: 'scoring',
      data: { statisticsKey },
      timings,
      metrics,
      now,
    });
    if (moved.kind === 'stale') return moved;
    await writeOutbox(tx, {
      kind: 'score',
      roundId,
      attempt,
      shards: await shardsWithout(tx, roundId, 'scores'),
    });
    return { kind: 'moved' };
  });
}
