import { type Machinery, type QueueKey, queueNames } from './machinery.js';
import type { Backlog } from './queue.js';

/** Constant work, however long the queues are. */
export async function readBacklog({ queues }: Machinery, now: number): Promise<Backlog[]> {
  return Promise.all(
    (Object.keys(queueNames) as QueueKey[]).map(async (key) => {
      const queue = queues[key];
      const { waiting = 0, active = 0, failed = 0 } = await queue.getJobCounts('waiting', 'active', 'failed');
      const [oldest] = await queue.getWaiting(0, 0);
      return {
        queue: key,
        numWaiting: waiting,
        numActive: active,
        numFailed: failed,
        oldestWaitingMs: oldest === undefined ? null : Math.max(0, now - oldest.timestamp),
      };
    }),
  );
}
