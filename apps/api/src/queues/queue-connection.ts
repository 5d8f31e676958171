import { setTimeout as wait } from 'node:timers/promises';
import { TangentError } from '@tangent/contracts';
import { type Backlog, type JobQueue, openQueue, type QueueBackend } from '@tangent/queue';

/**
 * The API's connection to the queue, made when it is first asked for: the API starts and serves on while the queue is
 * away, for what must reach it is written to the outbox.
 */
export interface QueueConnection {
  readonly backend: QueueBackend['kind'];
  /** Throws queue-unavailable. */
  ping(): Promise<void>;
  /** For what admins do with it. Throws queue-unavailable. */
  open(): Promise<JobQueue>;
  /** Throws queue-unavailable. */
  backlog(): Promise<readonly Backlog[]>;
  close(): Promise<void>;
}

/** `ping` and `backlog` wait so long for an answer. */
const longestMs = 2000;

export function queueConnection(backend: QueueBackend): QueueConnection {
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
