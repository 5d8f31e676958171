import type { QueueInfo, QueueKey } from '@tangent/contracts';
import {
  changeQueue,
  type Database,
  isResumePromised,
  messagesUnderWay,
  promiseResume,
  relayOutbox,
  withdrawResume,
} from '@tangent/database';
import type { JobQueue } from '@tangent/queue';

export interface Rebuilt extends QueueInfo {
  readonly numRemoved: number;
  readonly numRequeued: number;
}

/**
 * Takes away what waits of a queue, and queues anew what the database says is under way; what cannot be published here,
 * workers publish within seconds. Should this process die in the middle, a worker lets the queue go on.
 */
export function rebuildQueue(db: Database, queue: JobQueue, name: QueueKey): Promise<Rebuilt> {
  const infoOf = async () => (await queue.list()).find((one) => one.name === name)!;
  return changeQueue(db, name, async () => {
    // Whoever drained it before may have died, and no worker has come to it yet.
    if (await isResumePromised(db, name)) await queue.resume(name);
    else if (!(await infoOf()).isPaused) await promiseResume(db, name);
    let numRequeued = 0;
    const numRemoved = await queue.drain(name, async () => {
      const messages = await messagesUnderWay(db, name);
      for (const message of messages) await queue.publish(message);
      numRequeued = messages.length;
    });
    await withdrawResume(db, name);
    await relayOutbox(db, (message) => queue.publish(message));
    return { ...(await infoOf()), numRemoved, numRequeued };
  });
}
