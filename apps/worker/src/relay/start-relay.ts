import { channels } from '@tangent/contracts';
import { type Database, listen, relayOutbox } from '@tangent/database';
import type { JobQueue } from '@tangent/queue';
import type { Logger } from 'pino';
import { repeated } from '../process/repeated.js';

const lookAgainMs = 1000;

/** Hands what stands in the outbox to the queue: at once when it is announced, and by looking again every second. */
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
  const listener = await listen({
    url: db.url,
    channels: [channels.outbox],
    onMessage: relay.now,
    onReconnect: relay.now,
    onError: (error) => log.warn({ err: error }, 'listening for the outbox'),
  });
  relay.now();
  return {
    async close() {
      await listener.close();
      await relay.stop();
    },
  };
}
