import type { QueueInfo, QueueKey } from '@tangent/contracts';
import { type Database, oneAtATime, reconcileImports, reconcileRounds, relayOutbox } from '@tangent/database';
import type { JobQueue } from '@tangent/queue';

export interface Rebuilt extends QueueInfo {
  readonly numRemoved: number;
  readonly numRequeued: number;
}

/** What changes whether a queue is paused comes one after the other: a drain pauses it for a while. */
export const whileNobodyElse = <T>(db: Database, name: QueueKey, work: () => Promise<T>): Promise<T> =>
  oneAtATime(db, `queue ${name}`, work);

/**
 * Takes away what waits of a queue, and queues anew what the database says is under way, by the outbox: what is not
 * published here at once, workers publish.
 */
export function rebuildQueue(db: Database, queue: JobQueue, name: QueueKey): Promise<Rebuilt> {
  return whileNobodyElse(db, name, async () => {
    let numRequeued = 0;
    const numRemoved = await queue.drain(name, async () => {
      numRequeued = name === 'rounds' ? await reconcileRounds(db) : await reconcileImports(db);
    });
    await relayOutbox(db, (message) => queue.publish(message));
    const info = (await queue.list()).find((one) => one.name === name)!;
    return { ...info, numRemoved, numRequeued };
  });
}
