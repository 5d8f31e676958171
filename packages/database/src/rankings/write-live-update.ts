import { announce } from '../core/announce.js';
import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { type PredictionInput, updatePredictions } from '../predictions/write-predictions.js';
import { type RankingInput, replaceLiveRanking } from './write-ranking.js';

export interface LiveUpdateInput {
  readonly projectId: string;
  /** The round whose posterior was updated. */
  readonly roundId: string;
  readonly labelSeq: number;
  /** Label events applied since that round's snapshot. */
  readonly numLiveUpdates: number;
  /** Predictions of the pool that changed class. */
  readonly numFlips: number;
  readonly ranking: RankingInput;
  /** Whole shards; those left out stay. */
  readonly predictions: readonly PredictionInput[];
  readonly now?: Date;
}

/**
 * One live step in one small transaction: the order, the predictions that changed, and ranking.updated. `stale`: a
 * newer order is there (a round has ended, or another writer was faster), and nothing was written.
 */
export async function writeLiveUpdate(
  db: Database,
  input: LiveUpdateInput,
): Promise<{ readonly kind: 'written' | 'stale' }> {
  const { projectId, roundId, labelSeq, numLiveUpdates, numFlips, ranking, predictions } = input;
  const now = input.now ?? db.now();
  return inTransaction(db, async (tx) => {
    const { number: roundNumber } = await tx.prisma.round.findUniqueOrThrow({
      where: { id: roundId },
      select: { number: true },
    });
    const rankingOf = { projectId, roundId, roundNumber, labelSeq, ranking, now };
    const live = await replaceLiveRanking(tx, { ...rankingOf, numLiveUpdates });
    if (live.kind === 'stale') return live;
    await updatePredictions(tx, { projectId, roundId, predictions, numLiveUpdates, now });
    await announce(tx, {
      type: 'ranking.updated',
      projectId,
      roundId,
      numLiveUpdates,
      labelSeq,
      computedAt: now.toISOString(),
      numFlips,
    });
    return live;
  });
}
