import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { type PredictionInput, replacePredictions } from '../predictions/write-predictions.js';
import { insertRoundRanking, type RankingInput, replaceLiveRanking } from '../rankings/write-ranking.js';
import { getRound } from './get-round.js';
import { startDueRound } from './maybe-start-round.js';
import { lockProjectOf, type Measures, moveRound, type Stale } from './move-round.js';

export interface SelectionResult extends Measures {
  readonly roundId: string;
  readonly attempt: number;
  readonly ranking: RankingInput;
  /** Of the whole pool. */
  readonly predictions: readonly PredictionInput[];
  readonly now?: Date;
}

/**
 * selecting → done: the round's ranking, the live ranking that the queue is served from, and the predictions change
 * at once; then the next round, when labels that came meanwhile make it due. Until this commits, annotators see
 * nothing of the round.
 */
export async function completeSelection(
  db: Database,
  input: SelectionResult,
): Promise<{ readonly kind: 'moved'; readonly nextRoundId: string | null } | Stale> {
  const { roundId, attempt, ranking, predictions, timings, metrics, now = db.now() } = input;
  const { projectId, ...round } = await getRound(db, roundId);
  if (round.status !== 'selecting' || round.attempt !== attempt)
    return { kind: 'stale', status: round.status, attempt: round.attempt };
  try {
    return await inTransaction(db, async (tx) => {
      // The big writes come first: annotators wait for the project's row, which is taken after them.
      const { labelSeq } = await tx.prisma.round.findUniqueOrThrow({
        where: { id: roundId },
        select: { labelSeq: true },
      });
      const rankingOf = { projectId, roundId, roundNumber: round.number, labelSeq, ranking, now };
      const live = await replaceLiveRanking(tx, { ...rankingOf, numLiveUpdates: 0 });
      if (live.kind === 'written') await replacePredictions(tx, { projectId, roundId, predictions, now });
      await lockProjectOf(tx, roundId);
      const moved = await moveRound(tx, {
        roundId,
        attempt,
        from: 'selecting',
        to: 'done',
        timings,
        metrics,
        now,
      });
      if (moved.kind === 'stale') throw new StaleSelection(moved);
      await insertRoundRanking(tx, rankingOf);
      return { kind: 'moved', nextRoundId: await startDueRound(tx, projectId, now) };
    });
  } catch (error) {
    // Cancelled, or done by a twin, since it was looked at: thrown to take the big writes back.
    if (error instanceof StaleSelection) return error.stale;
    throw error;
  }
}

class StaleSelection extends Error {
  readonly stale: Stale;
  constructor(stale: Stale) {
    super('the round has left the phase');
    this.stale = stale;
  }
}
