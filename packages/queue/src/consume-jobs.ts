import { type JobName, type JobPayload, jobSchemas } from '@tangent/contracts';
import { type Job, UnrecoverableError, type Worker, type WorkerOptions } from 'bullmq';
import type { Machinery } from './open-queue.js';
import type { ConsumeOptions, Consumer } from './queue.js';

/**
 * A killed worker's lock runs out after lockDuration, and its jobs are found at the next stalled check: another worker
 * has them within about 6 s. A job may be taken over often, for a worker that is killed says nothing about the job.
 */
const takeOver: Partial<WorkerOptions> = {
  lockDuration: 4000,
  stalledInterval: 1500,
  maxStalledCount: 20,
  concurrency: 1,
  drainDelay: 2,
};

/** Takes jobs of both queues, one at a time of each. */
export function consumeJobs(machinery: Machinery, options: ConsumeOptions): Consumer {
  const stopping = new AbortController();
  const process = (job: Job) => runJob(job, options, stopping.signal);
  const workers = (['rounds', 'imports'] as const).map((key) => machinery.worker(key, process, takeOver));
  for (const worker of workers) worker.on('failed', (job, error) => reportStalled(job, error, options));
  return {
    async close(timeoutMs) {
      stopping.abort(new Error('the worker is shutting down'));
      await Promise.all(workers.map((worker) => closeWithin(worker, timeoutMs)));
    },
  };
}

async function runJob(
  job: Job,
  { handlers, isRetryable, onFailed }: ConsumeOptions,
  signal: AbortSignal,
): Promise<void> {
  const name = job.name as JobName;
  const schema = jobSchemas[name];
  if (!schema)
    throw new UnrecoverableError(`there is no job “${job.name}”; was it queued by a later version?`);
  const payload = schema.parse(job.data) as JobPayload<JobName>;
  const tryNumber = job.attemptsMade + 1;
  try {
    await (
      handlers[name] as (
        payload: unknown,
        context: { signal: AbortSignal; tryNumber: number },
      ) => Promise<void>
    )(payload, { signal, tryNumber });
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    if (signal.aborted) throw cause; // shutting down is no failure of the job: it is tried again elsewhere
    const isFinal = !isRetryable(cause) || tryNumber >= (job.opts.attempts ?? 1);
    if (!isFinal) throw cause;
    await onFailed({ name, payload }, cause);
    throw Object.assign(new UnrecoverableError(cause.message), { cause });
  }
}

/** A job that was taken over too often fails without its handler: report that as well. */
function reportStalled(job: Job | undefined, error: Error, { onFailed, log }: ConsumeOptions): void {
  if (!job || !/stalled more than/.test(error.message)) return;
  onFailed({ name: job.name as JobName, payload: job.data }, error).catch((e: unknown) =>
    log(`the failure of ${job.id} could not be written: ${String(e)}`),
  );
}

async function closeWithin(worker: Worker, timeoutMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), timeoutMs);
  });
  const outcome = await Promise.race([worker.close().then(() => 'closed' as const), bound]);
  clearTimeout(timer);
  if (outcome === 'late') await worker.close(true);
}
