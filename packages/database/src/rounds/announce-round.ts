import { isActive } from '@tangent/labeling';
import { announce } from '../core/announce.js';
import type { Queryable } from '../core/database.js';
import { getRound } from './get-round.js';

/** round.progress, or round.done once it has ended, as this transaction leaves it. */
export async function announceRound(tx: Queryable, roundId: string): Promise<void> {
  const { projectId, status, progress } = await getRound(tx, roundId);
  if (isActive(status)) {
    const { done, total } = progress;
    await announce(tx, { type: 'round.progress', projectId, roundId, status, done, total });
  } else {
    const ended = status as 'done' | 'failed' | 'cancelled';
    await announce(tx, { type: 'round.done', projectId, roundId, status: ended });
  }
}
