import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import type { Prisma } from '../generated/client.js';
import { writeOutbox } from '../outbox/outbox.js';
import type { RoundNetworkRecord } from './get-round.js';
import { type Measures, type Move, moveRound } from './move-round.js';
import { shardsWithout } from './shards.js';

export interface ColdStartResult extends Measures {
  readonly roundId: string;
  readonly attempt: number;
  /** The untrained network that embeds the items. */
  readonly network: RoundNetworkRecord;
  readonly now?: Date;
}

/** training → featurizing where nothing could be trained: no model version and no curve point, only the next message. */
export async function completeColdStart(db: Database, input: ColdStartResult): Promise<Move> {
  const { roundId, attempt, network, timings, metrics, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const moved = await moveRound(tx, {
      roundId,
      attempt,
      from: 'training',
      to: 'featurizing',
      data: { coldNetwork: network as unknown as Prisma.InputJsonObject },
      timings,
      metrics,
      now,
    });
    if (moved.kind === 'stale') return moved;
    await writeOutbox(tx, {
      kind: 'featurize',
      roundId,
      attempt,
      shards: await shardsWithout(tx, roundId, 'features'),
    });
    return { kind: 'moved' };
  });
}
