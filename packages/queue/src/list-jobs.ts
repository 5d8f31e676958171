import type { JobState, QueuedJob } from '@tangent/contracts';
import type { Job, JobType } from 'bullmq';
import { timesOf } from './job-times.js';
import type { Machinery, QueueKey } from './machinery.js';

/** The states of BullMQ that ours stand for; `paused`: what waits of a paused queue on Postgres. */
const typesOf: Readonly<Record<JobState, readonly string[]>> = {
  waiting: ['wait', 'paused', 'prioritized'],
  active: ['active'],
  delayed: ['delayed'],
  'waiting-for-others': ['waiting-children'],
  failed: ['failed'],
};

export async function listJobs(
  { queues }: Machinery,
  { name, state, limit }: { readonly name: QueueKey; readonly state: JobState; readonly limit: number },
): Promise<QueuedJob[]> {
  const jobs = (await queues[name].getJobs(typesOf[state] as JobType[], 0, limit - 1)) as (Job | undefined)[];
  // A job that went on between the two reads of BullMQ is not there any more; with several states each has its limit.
  return jobs
    .filter((job) => job !== undefined)
    .slice(0, limit)
    .map((job) => ({
      id: job.id ?? '',
      name: job.name,
      roundId: textOf(job.data.roundId),
      operationId: textOf(job.data.operationId),
      shardIndex: typeof job.data.shardIndex === 'number' ? job.data.shardIndex : null,
      numTries: job.attemptsMade,
      createdAt: new Date(job.timestamp).toISOString(),
      ...timesOf(job),
      failedReason: job.failedReason || null,
    }));
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
