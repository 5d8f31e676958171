import type { Job } from 'bullmq';
import { jobId } from './job-ids.js';
import type { Machinery } from './machinery.js';

/**
 * Takes away what waits of a round's attempt: its training, and the parents of its flows with their children. A child
 * that runs keeps its parent, which then runs too and finds the round cancelled.
 */
export async function cancelRoundJobs(
  { queues }: Machinery,
  { roundId, attempt }: { readonly roundId: string; readonly attempt: number },
): Promise<void> {
  for (const name of ['train-model', 'reduce-features', 'select-batch'] as const) {
    const job = await queues.rounds.getJob(jobId(roundId, attempt, name));
    if (!job) continue;
    await job.removeUnprocessedChildren();
    if (!(await isHeld(job))) await job.remove();
  }
}

async function isHeld(job: Job): Promise<boolean> {
  if (await job.isActive()) return true;
  const { unprocessed = 0 } = await job.getDependenciesCount({ unprocessed: true });
  return unprocessed > 0;
}
