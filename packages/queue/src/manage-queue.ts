import type { QueueInfo } from '@tangent/contracts';
import type { Job, JobType, Queue } from 'bullmq';
import { type Machinery, type QueueKey, queueNames } from './machinery.js';

/** `paused`: what waits of a paused queue on Postgres; the types of BullMQ have forgotten it. */
const states = [
  'wait',
  'paused',
  'prioritized',
  'active',
  'delayed',
  'waiting-children',
  'failed',
  'completed',
];
/** Jobs that are looked at together. */
const pageSize = 500;

export async function queueInfo({ queues }: Machinery, name: QueueKey): Promise<QueueInfo> {
  const queue = queues[name];
  const [isPaused, counts] = await Promise.all([
    queue.isPaused(),
    queue.getJobCounts(...(states as JobType[])),
  ]);
  const of = (...some: string[]) => some.reduce((sum, state) => sum + (counts[state] ?? 0), 0);
  return {
    name,
    isPaused,
    counts: {
      waiting: of('wait', 'paused', 'prioritized'),
      active: of('active'),
      delayed: of('delayed'),
      waitingForOthers: of('waiting-children'),
      failed: of('failed'),
      completed: of('completed'),
    },
  };
}

export const listQueues = (machinery: Machinery): Promise<QueueInfo[]> =>
  Promise.all((Object.keys(queueNames) as QueueKey[]).map((name) => queueInfo(machinery, name)));

/** See JobQueue.drain. Paused meanwhile, else a parent could begin while its shards are taken. */
export async function drainQueue(
  machinery: Machinery,
  name: QueueKey,
  requeue: () => Promise<void>,
): Promise<number> {
  const queue = machinery.queues[name];
  const wasPaused = await queue.isPaused();
  try {
    if (!wasPaused) await queue.pause();
    try {
      return await takeWaiting(machinery, name);
    } finally {
      await requeue();
    }
  } finally {
    if (!wasPaused) await queue.resume();
  }
}

/** A parent with a shard that runs stays with all its shards: the parent would run without those taken away. */
async function takeWaiting(machinery: Machinery, name: QueueKey): Promise<number> {
  const queue = machinery.queues[name];
  const before = await numPending(machinery, name);
  const running = (await queue.getJobs(['active'])) as Job[];
  const busy = new Set(running.flatMap(({ parent }) => (parent ? [parent.id] : [])));
  for (const id of await idsIn(queue, ['waiting-children'])) {
    const parent = await queue.getJob(id);
    if (parent && !busy.has(id)) await parent.remove({ removeChildren: true });
  }
  for (const id of await idsIn(queue, ['wait', 'paused', 'prioritized', 'delayed'])) {
    const job = await queue.getJob(id);
    if (job && !(job.parent && busy.has(job.parent.id))) await job.remove();
  }
  return before - (await numPending(machinery, name));
}

async function numPending(machinery: Machinery, name: QueueKey): Promise<number> {
  const { counts } = await queueInfo(machinery, name);
  return counts.waiting + counts.delayed + counts.waitingForOthers;
}

/** All of them before one is taken: what is taken moves the others. */
async function idsIn(queue: Queue, types: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const type of types)
    for (let from = 0; ; from += pageSize) {
      const jobs = (await queue.getJobs([type as JobType], from, from + pageSize - 1)) as Job[];
      for (const { id } of jobs) ids.add(id!);
      if (jobs.length < pageSize) break;
    }
  return [...ids];
}
