import type { RoundJob } from '@tangent/contracts';
import type { Job } from 'bullmq';
import { jobId } from './job-ids.js';
import { timesOf } from './job-times.js';
import type { Machinery } from './machinery.js';
import type { RoundShards } from './queue.js';

const statesOf: Readonly<Record<string, RoundJob['state']>> = {
  waiting: 'waiting',
  prioritized: 'waiting',
  paused: 'waiting',
  delayed: 'delayed',
  active: 'active',
  'waiting-children': 'waiting-for-others',
  completed: 'completed',
  failed: 'failed',
};

/** Found by their ids, which follow from the round, its attempt and the shard; in the order of the phases. */
export async function readRoundJobs(
  { queues }: Machinery,
  { roundId, attempt, fromShard, toShard }: RoundShards,
): Promise<RoundJob[]> {
  const shards = Array.from({ length: Math.max(0, toShard - fromShard) }, (_, place) => fromShard + place);
  const wanted: readonly { readonly name: RoundJob['name']; readonly shardIndex: number | null }[] = [
    { name: 'train-model', shardIndex: null },
    ...shards.map((shardIndex) => ({ name: 'compute-features' as const, shardIndex })),
    { name: 'reduce-features', shardIndex: null },
    ...shards.map((shardIndex) => ({ name: 'score-shard' as const, shardIndex })),
    { name: 'select-batch', shardIndex: null },
  ];
  return Promise.all(
    wanted.map(async ({ name, shardIndex }) => {
      const id = jobId(roundId, attempt, name, shardIndex ?? undefined);
      const job: Job | undefined = await queues.rounds.getJob(id);
      const state = job && statesOf[await job.getState()];
      return {
        id,
        name,
        shardIndex,
        state: state ?? null,
        numTries: job?.attemptsMade ?? 0,
        failedReason: job?.failedReason || null,
        ...(job ? timesOf(job) : { startedAt: null, finishedAt: null }),
      };
    }),
  );
}
