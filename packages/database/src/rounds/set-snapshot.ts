import { isActive } from '@tangent/labeling';
import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { announceRound } from './announce-round.js';
import { lockRound, type Stale } from './move-round.js';

export interface SnapshotInput {
  readonly roundId: string;
  readonly attempt: number;
  /** Blob of the pool's items and labels. */
  readonly snapshotKey: string;
  /** The last label event in it. */
  readonly labelSeq: number;
  readonly shards: readonly { readonly fromIndex: number; readonly toIndex: number }[];
}

export type SnapshotResult =
  | {
      readonly kind: 'set' | 'exists';
      readonly snapshotKey: string;
      readonly labelSeq: number;
      readonly numShards: number;
    }
  | Stale;

/**
 * Gives the round its pool. The first snapshot wins, and whoever comes second gets that one, so that a round has one
 * pool however often its training is begun. Creates the shard rows.
 */
export async function setSnapshot(db: Database, input: SnapshotInput): Promise<SnapshotResult> {
  const { roundId, attempt, snapshotKey, labelSeq, shards } = input;
  return inTransaction(db, async (tx) => {
    const round = await lockRound(tx, roundId);
    if (round.attempt !== attempt || !isActive(round.status))
      return { kind: 'stale', status: round.status, attempt: round.attempt };
    if (round.snapshot_key !== null) {
      return {
        kind: 'exists',
        snapshotKey: round.snapshot_key,
        labelSeq: round.label_seq,
        numShards: round.num_shards,
      };
    }
    await tx.prisma.round.update({
      where: { id: roundId },
      data: { snapshotKey, labelSeq, numShards: shards.length },
    });
    await tx.prisma.roundShard.createMany({
      data: shards.map(({ fromIndex, toIndex }, index) => ({ roundId, index, fromIndex, toIndex })),
    });
    await announceRound(tx, roundId);
    return { kind: 'set', snapshotKey, labelSeq, numShards: shards.length };
  });
}
