import type { Round } from '@tangent/contracts';
import { isActive } from '@tangent/labeling';
import { announce } from '../core/announce.js';
import type { Queryable } from '../core/database.js';
import { writeWebhookEvent } from '../webhooks/write-event.js';
import { getRound } from './get-round.js';

/** round.progress, or round.done once it has ended, as this transaction leaves it; webhooks are told of the end. */
export async function announceRound(tx: Queryable, roundId: string): Promise<void> {
  const round = await getRound(tx, roundId);
  const { projectId, status, progress } = round;
  if (isActive(status)) {
    const { done, total } = progress;
    await announce(tx, { type: 'round.progress', projectId, roundId, status, done, total });
  } else {
    const ended = status as 'done' | 'failed' | 'cancelled';
    await announce(tx, { type: 'round.done', projectId, roundId, status: ended });
    await tellWebhooks(tx, round);
  }
}

/** Of a round that somebody cancelled nobody needs to be told. */
async function tellWebhooks(tx: Queryable, round: Round): Promise<void> {
  const { projectId, id: roundId, number, strategy, modelVersion, status, error } = round;
  const finishedAt = round.finishedAt!;
  const common = { projectId, roundId, number, strategy, finishedAt };
  const now = new Date(finishedAt);
  if (status === 'done')
    await writeWebhookEvent(
      tx,
      projectId,
      { type: 'round.done', timestamp: finishedAt, data: { ...common, modelVersion } },
      now,
    );
  if (status === 'failed')
    await writeWebhookEvent(
      tx,
      projectId,
      {
        type: 'round.failed',
        timestamp: finishedAt,
        data: { ...common, error: error ?? { code: 'internal', detail: 'unknown' } },
      },
      now,
    );
}
