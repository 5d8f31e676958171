import { setTimeout as wait } from 'node:timers/promises';
import { TangentError } from '@tangent/contracts';
import { type Backlog, type JobQueue, openQueue, type QueueBackend } from '@tangent/queue';

/**
 * The queue, as far as the API has to do with it: whether it answers, what waits in it, and what admins do with it. What
 * must reach the queue is written to the outbox, so that the API serves on while the queue is away.
 */
export interface QueueProbe {
  readonly backend: QueueBackend['kind'];
  /** Throws queue-unavailable. */
  ping(): Promise<void>;
  /** Throws queue-unavailable. */
  open(): Promise<JobQueue>;
  backlog(): Promise<readonly Backlog[]>;
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
  async function ask<T>(question: (queue: JobQueue) => Promise<T>): Promise<T> {
    const timer = new AbortController();
    try {
      const late = wait(longestMs, undefined, { signal: timer.signal }).then(() => {
        throw new Error(`no answer within ${longestMs} ms`);
      });
      return await Promise.race([open().then(question), late]);
    } catch (cause) {
      throw new TangentError(
        'queue-unavailable',
        `The queue (${backend.kind}) cannot be reached: ${(cause as Error).message}. Work is kept in the database until it is back.`,
        { cause },
      );
    } finally {
      timer.abort();
    }
  }
  return {
    backend: backend.kind,
    open,
    ping: () => ask((queue) => queue.ping()),
    backlog: () => ask((queue) => queue.backlog()),
    async close() {
      const queue = await opening?.catch(() => null);
      await queue?.close();
    },
  };
}
