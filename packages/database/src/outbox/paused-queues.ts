import type { QueueKey, QueueMessage } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { oneAtATime, unlessBusy } from '../core/one-at-a-time.js';

const nameOf = (queue: QueueKey) => `queue ${queue}`;

/** What changes whether a queue is paused comes one after the other: a drain pauses it for a while. */
export const changeQueue = <T>(db: Database, queue: QueueKey, work: () => Promise<T>): Promise<T> =>
  oneAtATime(db, nameOf(queue), work);

/** The same, unless somebody changes it; whether it ran. */
export const changeQueueUnlessBusy = (
  db: Database,
  queue: QueueKey,
  work: () => Promise<void>,
): Promise<boolean> => unlessBusy(db, nameOf(queue), work);

const resume = (queue: QueueKey): string => JSON.stringify({ kind: 'resume', queue } satisfies QueueMessage);

const promisedSql = 'FROM outbox WHERE published_at IS NULL AND message = $1::jsonb';

/**
 * Says in the outbox that the queue must go on, before it is paused for a while: should whoever pauses it die, a relay
 * resumes it. Nobody is woken, for the relays leave it alone as long as the queue is being changed.
 */
export async function promiseResume(db: Queryable, queue: QueueKey): Promise<void> {
  await db.query('INSERT INTO outbox (message) VALUES ($1)', [resume(queue)]);
}

/** Whether somebody who paused the queue for a while did not come to resume it. */
export async function isResumePromised(db: Queryable, queue: QueueKey): Promise<boolean> {
  return (await db.query(`SELECT 1 ${promisedSql} LIMIT 1`, [resume(queue)])).length > 0;
}

/** The queue goes on, or is to stay paused: nobody needs to resume it any more. */
export async function withdrawResume(db: Queryable, queue: QueueKey): Promise<void> {
  await db.query(`DELETE ${promisedSql}`, [resume(queue)]);
}
