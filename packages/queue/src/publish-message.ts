import type { QueueMessage } from '@tangent/contracts';
import type { FlowJob, Job, JobsOptions } from 'bullmq';
import { jobId } from './job-ids.js';
import { type Machinery, queueNames } from './machinery.js';

/** Tries for outages of a server; a refusal or a bug fails at once (see consume-jobs). */
const base: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: { age: 3600, count: 5000 },
  removeOnFail: { age: 7 * 24 * 3600 },
};

export async function publishMessage(machinery: Machinery, message: QueueMessage): Promise<void> {
  const { rounds, imports } = machinery.queues;
  switch (message.kind) {
    case 'import': {
      const { operationId, traceparent } = message;
      if (await isUnderWay(await imports.getJob(operationId))) return;
      await imports.add('import-file', { operationId, traceparent }, { ...base, jobId: operationId });
      return;
    }
    case 'train': {
      const { roundId, attempt, traceparent } = message;
      const id = jobId(roundId, attempt, 'train-model');
      if (await isUnderWay(await rounds.getJob(id))) return;
      await rounds.add('train-model', { roundId, attempt, traceparent }, { ...base, jobId: id });
      return;
    }
    case 'featurize':
      return addFlow(machinery, message, 'reduce-features', 'compute-features');
    case 'score':
      return addFlow(machinery, message, 'select-batch', 'score-shard');
    case 'resume':
      return machinery.queues[message.queue].resume();
  }
}

/** A parent that runs once all shards are done; it fails when one of them fails for good. */
async function addFlow(
  machinery: Machinery,
  message: Extract<QueueMessage, { kind: 'featurize' | 'score' }>,
  parent: 'reduce-features' | 'select-batch',
  child: 'compute-features' | 'score-shard',
): Promise<void> {
  const { roundId, attempt, shards, traceparent } = message;
  const parentId = jobId(roundId, attempt, parent);
  if (await isUnderWay(await machinery.queues.rounds.getJob(parentId))) return;
  const queueName = queueNames.rounds;
  const flow: FlowJob = {
    name: parent,
    queueName,
    data: { roundId, attempt, traceparent },
    opts: { ...base, jobId: parentId },
    children: shards.map((shardIndex) => ({
      name: child,
      queueName,
      data: { roundId, attempt, shardIndex, traceparent },
      opts: { ...base, jobId: jobId(roundId, attempt, child, shardIndex), failParentOnFailure: true },
    })),
  };
  await machinery.flows.add(flow);
}

/**
 * True when the job is there and will still run, or has run. One that failed is taken away, so that it can be added
 * again: the truth in Postgres says that its phase is not over.
 */
async function isUnderWay(job: Job | undefined): Promise<boolean> {
  if (!job) return false;
  if ((await job.getState()) !== 'failed') return true;
  await job.remove({ removeChildren: true });
  return false;
}
