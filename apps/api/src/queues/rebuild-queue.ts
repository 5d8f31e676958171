import { setTimeout as wait } from 'node:timers/promises';
import { type QueueInfo, type QueueKey, TangentError } from '@tangent/contracts';
import {
  countOutbox,
  type Database,
  reconcileImports,
  reconcileRounds,
  relayOutbox,
} from '@tangent/database';
import type { JobQueue } from '@tangent/queue';

/** Messages that another relay has in hands are waited for so long. */
const patienceMs = 10_000;
const lookEveryMs = 20;

export interface Rebuilt extends QueueInfo {
  readonly numRemoved: number;
  readonly numRequeued: number;
}

/**
 * Takes away what waits of a queue, and queues anew what the database says is under way. The queue is paused meanwhile;
 * it goes on as it was before, or stays paused when this fails (a resume, or another drain, mends that).
 */
export async function rebuildQueue(db: Database, queue: JobQueue, name: QueueKey): Promise<Rebuilt> {
  const { numRemoved, wasPaused } = await queue.drain(name);
  const numRequeued = name === 'rounds' ? await reconcileRounds(db) : await reconcileImports(db);
  await publishAll(db, queue);
  const info = wasPaused ? await queue.pause(name) : await queue.resume(name);
  return { ...info, numRemoved, numRequeued };
}

/** Until nothing waits in the outbox: workers relay it too, and what they hold is not published yet. */
async function publishAll(db: Database, queue: JobQueue): Promise<void> {
  const until = performance.now() + patienceMs;
  for (;;) {
    await relayOutbox(db, (message) => queue.publish(message));
    const { numWaiting } = await countOutbox(db);
    if (numWaiting === 0) return;
    if (performance.now() > until)
      throw new TangentError(
        'queue-unavailable',
        `${numWaiting} messages could not be queued anew in ${patienceMs / 1000} s; they stay in the outbox. The queue stays paused: resume it, or drain it again.`,
      );
    await wait(lookEveryMs);
  }
}
