import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { lockRound, type Move, moveRound } from './move-round.js';

export interface FailureInput {
  readonly roundId: string;
  readonly attempt: number;
  /** Stable code of what went wrong. */
  readonly code: string;
  readonly detail: string;
  readonly now?: Date;
}

/** Any phase → failed, remembering which, for the retry. The last ranking stays. */
export async function failRound(db: Database, input: FailureInput): Promise<Move> {
  const { roundId, attempt, code, detail, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const { status } = await lockRound(tx, roundId);
    const moved = await moveRound(tx, {
      roundId,
      attempt,
      from: status,
      to: 'failed',
      data: { failedIn: status, errorCode: code, errorDetail: detail.slice(0, 4000) },
      now,
    });
    return moved.kind === 'moved' ? { kind: 'moved' } : moved;
  });
}
