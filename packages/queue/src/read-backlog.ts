import type { QueueInfo } from '@tangent/contracts';
import type { Job } from 'bullmq';
import type { Machinery } from './machinery.js';
import { listQueues } from './manage-queue.js';
import type { Backlog } from './queue.js';

/** More than one, for some may be taken between the count and the look. */
const numLookedAt = 10;

/** On Redis the same work however long the queues are; Postgres counts their jobs. */
export async function readBacklog(machinery: Machinery, now: number): Promise<Backlog[]> {
  const queues = await listQueues(machinery);
  return Promise.all(
    queues.map(async (info) => {
      const oldest = await oldestWaiting(machinery, info);
      return {
        queue: info.name,
        isPaused: info.isPaused,
        numWaiting: info.counts.waiting,
        numActive: info.counts.active,
        numFailed: info.counts.failed,
        oldestWaitingMs: oldest === undefined ? null : Math.max(0, now - oldest.timestamp),
      };
    }),
  );
}

/**
 * The last of the list, for both backends put the newest first, and on Postgres BullMQ 6.7 knows no other order of it. Of
 * a paused queue too it is the list `wait` that holds the jobs.
 */
async function oldestWaiting({ queues }: Machinery, { name, counts }: QueueInfo): Promise<Job | undefined> {
  if (counts.waiting === 0) return undefined;
  const last = counts.waiting - 1;
  const jobs = await queues[name].getJobs(['wait'], Math.max(0, last - numLookedAt + 1), last);
  return (jobs as Job[]).at(-1);
}
