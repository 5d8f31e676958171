import pg from 'pg';
import { connectionConfig, type Database, runOn } from './database.js';
import { asTangentError } from './errors.js';

/**
 * Runs `work` when every other one of this name is over, whichever process runs it. The lock lies on a connection of its
 * own, so that those who wait take none from the pool; the death of a process frees it. Throws database-unavailable.
 */
export async function oneAtATime<T>(db: Database, name: string, work: () => Promise<T>): Promise<T> {
  return onOwnConnection(db, async (client) => {
    await runOn(client, `SELECT pg_advisory_lock(${keySql})`, [name]);
    return work();
  });
}

/** The same, unless another one of this name runs; whether it ran. */
export async function unlessBusy(db: Database, name: string, work: () => Promise<void>): Promise<boolean> {
  return onOwnConnection(db, async (client) => {
    const sql = `SELECT pg_try_advisory_lock(${keySql}) AS "isFree"`;
    const [found] = await runOn<{ isFree: boolean }>(client, sql, [name]);
    if (found!.isFree) await work();
    return found!.isFree;
  });
}

const keySql = `hashtextextended('tangent ' || $1, 0)`;

async function onOwnConnection<T>(db: Database, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionConfig(db.url, 'tangent lock'));
  client.on('error', () => undefined); // a lock that is lost is no reason to stop halfway
  try {
    await client.connect().catch((error) => {
      throw asTangentError(error);
    });
    return await work(client);
  } finally {
    await client.end().catch(() => undefined);
  }
}
