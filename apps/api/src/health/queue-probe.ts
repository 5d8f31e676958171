import { setTimeout as wait } from 'node:timers/promises';
import { TangentError } from '@tangent/contracts';
import { type JobQueue, openQueue, type QueueBackend } from '@tangent/queue';

/**
 * The queue, as far as the API has to do with it: whether it answers, and what admins do with it. What must reach the
 * queue is written to the outbox, so that the API serves on while the queue is away.
 */
export interface QueueProbe {
  readonly backend: QueueBackend['kind'];
  /** Throws queue-unavailable. */
  ping(): Promise<void>;
  /** Throws queue-unavailable. */
  open(): Promise<JobQueue>;
  close(): Promise<void>;
}

const longestMs = 2000;

/** Connects at the first ping. */
export function queueProbe(backend: QueueBackend): QueueProbe {
  let opening: Promise<JobQueue> | null = null;
  const open = () => {
    opening ??= openQueue(backend).catch((error) => {
      opening = null;
      throw error;
    });
    return opening;
  };
  return {
    backend: backend.kind,
    open,
    async ping() {
      const timer = new AbortController();
      try {
        const late = wait(longestMs, undefined, { signal: timer.signal }).then(() => {
          throw new Error(`no answer within ${longestMs} ms`);
        });
        await Promise.race([open().then((queue) => queue.ping()), late]);
      } catch (cause) {
        throw new TangentError(
          'queue-unavailable',
          `The queue (${backend.kind}) cannot be reached: ${(cause as Error).message}. Work is kept in the database until it is back.`,
          { cause },
        );
      } finally {
        timer.abort();
      }
    },
    async close() {
      const queue = await opening?.catch(() => null);
      await queue?.close();
    },
  };
}
