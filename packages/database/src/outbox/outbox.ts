import { channels, type QueueMessage, queueMessage } from '@tangent/contracts';
import { traceparent } from '@tangent/tracing';
import type { Database, Queryable } from '../core/database.js';
import { notify } from '../core/listen.js';
import { inTransaction } from '../core/transaction.js';
import { changeQueueUnlessBusy } from './paused-queues.js';

/** In the transaction that decides it; wakes the relays at commit (channels.outbox). What it leads to joins the trace. */
export async function writeOutbox(tx: Queryable, message: QueueMessage): Promise<void> {
  await tx.query('INSERT INTO outbox (message) VALUES ($1)', [
    JSON.stringify({ ...message, traceparent: traceparent() }),
  ]);
  await notify(tx, channels.outbox, '');
}

export interface RelayResult {
  readonly numPublished: number;
  readonly numFailed: number;
}

/**
 * Publishes what waits, oldest first. A message is marked after `publish` resolved: at least once, so what it makes
 * must have a deterministic id. Several relays may run; each message is in the hands of one. A message whose
 * publish throws stays for the next call with its error noted, and those behind it go on. That a queue must go on waits
 * as long as somebody drains it.
 */
export async function relayOutbox(
  db: Database,
  publish: (message: QueueMessage) => Promise<void>,
  { limit = 100 }: { limit?: number } = {},
): Promise<RelayResult> {
  return inTransaction(db, async (tx) => {
    const waiting = await tx.query<{ id: string; message: unknown }>(
      `SELECT id, message FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1 FOR UPDATE SKIP LOCKED`,
      [limit],
    );
    const published: string[] = [];
    let numFailed = 0;
    for (const { id, message } of waiting) {
      try {
        if (await hand(queueMessage.parse(message))) published.push(id);
      } catch (error) {
        numFailed++;
        await tx.query('UPDATE outbox SET attempts = attempts + 1, last_error = $2 WHERE id = $1', [
          id,
          String(error).slice(0, 2000),
        ]);
      }
    }
    if (published.length > 0) {
      await tx.query(
        `UPDATE outbox SET published_at = now(), attempts = attempts + 1, last_error = NULL
         WHERE id = ANY($1::bigint[])`,
        [published],
      );
    }
    return { numPublished: published.length, numFailed };
  });

  async function hand(message: QueueMessage): Promise<boolean> {
    if (message.kind === 'resume') return changeQueueUnlessBusy(db, message.queue, () => publish(message));
    await publish(message);
    return true;
  }
}

/** How much waits for the queue, and since when. */
export async function countOutbox(
  db: Pick<Queryable, 'query'>,
): Promise<{ numWaiting: number; oldestAgeMs: number | null }> {
  const [row] = await db.query<{ n: number; age_ms: number | null }>(
    `SELECT count(*)::int AS n, (extract(epoch FROM now() - min(created_at)) * 1000)::float8 AS age_ms
     FROM outbox WHERE published_at IS NULL`,
  );
  return { numWaiting: row!.n, oldestAgeMs: row!.age_ms };
}

const weekMs = 7 * 24 * 3_600_000;

/** Removes what was published long ago (default: a week); its number. */
export async function removePublished(
  db: Queryable,
  { olderThanMs = weekMs, now = db.now() }: { olderThanMs?: number; now?: Date } = {},
): Promise<number> {
  const rows = await db.query('DELETE FROM outbox WHERE published_at < $1 RETURNING id', [
    new Date(now.getTime() - olderThanMs),
  ]);
  return rows.length;
}
