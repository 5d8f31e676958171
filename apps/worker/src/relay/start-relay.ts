import { channels } from '@tangent/contracts';
import { type Database, listen, messagesUnderWay, relayOutbox } from '@tangent/database';
import type { JobQueue } from '@tangent/queue';
import type { Logger } from 'pino';
import { repeated } from '../process/repeated.js';

const lookAgainMs = 1000;
/** How long a queue that came back empty, or was emptied, stays so while a worker runs. */
const restoreMs = 5000;

/**
 * Hands what stands in the outbox to the queue: at once when it is announced, and by looking again every second. What was
 * handed over long ago, and is not done, is handed over again at the start and now and then, for the queue may have lost
 * it.
 */
export async function startRelay({
  db,
  queue,
  log,
}: {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly log: Logger;
}): Promise<{ close(): Promise<void> }> {
  const relay = repeated(
    lookAgainMs,
    async () => {
      const { numFailed } = await relayOutbox(db, (message) => queue.publish(message));
      if (numFailed > 0)
        log.warn({ numFailed }, 'the queue did not take some messages; they stay in the outbox');
    },
    (error) => log.warn({ err: error }, 'relaying the outbox'),
  );
  const restore = repeated(
    restoreMs,
    async () => {
      for (const message of await messagesUnderWay(db)) await queue.publish(message);
    },
    (error) => log.warn({ err: error }, 'looking for what the queue has lost'),
  );
  const listener = await listen({
    url: db.url,
    channels: [channels.outbox],
    onMessage: relay.now,
    onReconnect: relay.now,
    onError: (error) => log.warn({ err: error }, 'listening for the outbox'),
  });
  relay.now();
  restore.now();
  return {
    async close() {
      await listener.close();
      await Promise.all([relay.stop(), restore.stop()]);
    },
  };
}
