import { type JobName, type JobPayload, jobSchemas } from '@tangent/contracts';
import { withSpan } from '@tangent/tracing';
import { DelayedError, type Job, UnrecoverableError, WaitingError, type WorkerOptions } from 'bullmq';
import type { Machinery } from './machinery.js';
import type { ConsumeOptions, Consumer, JobContext } from './queue.js';

/**
 * A killed worker's lock runs out after lockDuration, and its jobs are found at the next stalled check: another worker
 * has them within about 6 s. A job may be taken over often, for a worker that is killed says nothing about the job.
 */
const takeOver: Partial<WorkerOptions> = {
  lockDuration: 4000,
  stalledInterval: 1500,
  maxStalledCount: 20,
  drainDelay: 2,
  runRetryDelay: 1000,
};

/** When the failure of a job cannot be written because the database is away too. */
const lookAgainMs = 2000;

/** Takes jobs of both queues. */
export function consumeJobs(machinery: Machinery, options: ConsumeOptions): Consumer {
  const stopping = new AbortController();
  const running = new Set<Promise<void>>();
  const workers = (['rounds', 'imports'] as const).map((key) => {
    // Three parameters, or BullMQ makes no signal.
    const process = async (job: Job, token: string | undefined, lost: AbortSignal | undefined) => {
      const signal = lost ? AbortSignal.any([stopping.signal, lost]) : stopping.signal;
      const run = runJob(job, token, options, signal);
      running.add(run);
      try {
        await run;
      } finally {
        running.delete(run);
      }
    };
    const worker = machinery.worker(key, process, { ...takeOver, concurrency: options.concurrency ?? 1 });
    let told = ''; // an outage is told once, not at every try to connect
    worker.on('active', () => {
      told = '';
    });
    worker.on('error', ({ message }) => {
      if (message !== told) options.log(`queue ${key}: ${message}`);
      told = message;
    });
    worker.on('failed', (job, error) => reportStalled(job, error, options));
    worker.on('lockRenewalFailed', (jobIds) => {
      for (const jobId of jobIds) worker.cancelJob(jobId, 'another worker has the job');
    });
    return worker;
  });
  return {
    async pause() {
      await Promise.all(workers.map((worker) => worker.pause(true)));
    },
    async resume() {
      await Promise.all(workers.map((worker) => worker.resume()));
    },
    async close(timeoutMs) {
      stopping.abort(new Error('the worker is shutting down'));
      await Promise.all(workers.map((worker) => worker.pause(true)));
      const isOver = await within(timeoutMs, Promise.allSettled(running));
      if (!isOver)
        options.log(
          `${running.size} jobs did not stop within ${timeoutMs} ms; another worker takes them over`,
        );
      // Not forced, close() waits for the last fetch, and with the server away for ever.
      const isForced = !isOver || !(await machinery.isReachable());
      await Promise.all(workers.map((worker) => worker.close(isForced)));
    },
  };
}

async function runJob(
  job: Job,
  token: string | undefined,
  { handlers, isRetryable, onFailed, log }: ConsumeOptions,
  signal: AbortSignal,
): Promise<void> {
  const { name, payload } = parseJob(job, log);
  const tryNumber = job.attemptsMade + 1;
  try {
    const { traceparent: parent, ...ids } = payload;
    const handler = handlers[name] as (payload: unknown, context: JobContext) => Promise<void>;
    await withSpan(
      name,
      {
        kind: 'consumer',
        parent,
        attributes: { ...attributesOf(ids), 'tangent.try': tryNumber, 'messaging.message.id': job.id ?? '' },
      },
      () => handler(ids, { signal, tryNumber }),
    );
  } catch (error) {
    const cause = error instanceof Error ? error : new Error(String(error));
    if (signal.aborted) {
      // Shutting down is no failure of the job: it goes to another worker, and no try is counted.
      await job.moveToWait(token);
      throw new WaitingError();
    }
    const isFinal = !isRetryable(cause) || tryNumber >= (job.opts.attempts ?? 1);
    if (!isFinal) throw cause;
    try {
      await onFailed({ name, payload }, cause);
    } catch (unwritten) {
      log(`the failure of ${job.id} could not be written, it is tried again: ${String(unwritten)}`);
      await job.moveToDelayed(Date.now() + lookAgainMs, token);
      throw new DelayedError();
    }
    throw Object.assign(new UnrecoverableError(cause.message), { cause });
  }
}

/** roundId becomes tangent.round_id. */
const attributesOf = (ids: object): Record<string, string | number> =>
  Object.fromEntries(
    Object.entries(ids).map(([name, value]) => [
      `tangent.${name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`,
      value as string | number,
    ]),
  );

/** Throws UnrecoverableError for what no handler of this version can do. */
function parseJob(job: Job, log: ConsumeOptions['log']): { name: JobName; payload: JobPayload<JobName> } {
  const name = job.name as JobName;
  const payload = Object.hasOwn(jobSchemas, name) ? jobSchemas[name].safeParse(job.data) : undefined;
  if (payload?.success) return { name, payload: payload.data as JobPayload<JobName> };
  const fault = payload ? `its payload is wrong: ${payload.error.message}` : 'there is no such job';
  const message = `job “${job.name}” (${job.id}): ${fault}. Was it queued by a later version?`;
  log(message);
  throw new UnrecoverableError(message);
}

/** A job that was taken over too often fails without its handler: report that as well. */
function reportStalled(job: Job | undefined, error: Error, { onFailed, log }: ConsumeOptions): void {
  if (!job || !/stalled more than/.test(error.message)) return;
  onFailed(parseJob(job, log), error).catch((e: unknown) =>
    log(`the failure of ${job.id} could not be written: ${String(e)}`),
  );
}

/** Whether the work ended in time. */
async function within(timeoutMs: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), timeoutMs);
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
