import pg from 'pg';
import { connectionConfig, type Database, runOn } from './database.js';
import { asTangentError } from './errors.js';

/**
 * Runs `work` when every other one of this name is over, whichever process runs it. The lock lies on a connection of its
 * own, so that those who wait take none from the pool; the death of a process frees it. Throws database-unavailable.
 */
export async function oneAtATime<T>(db: Database, name: string, work: () => Promise<T>): Promise<T> {
  const client = new pg.Client(connectionConfig(db.url, 'tangent lock'));
  client.on('error', () => undefined); // a lock that is lost is no reason to stop halfway
  try {
    await client.connect().catch((error) => {
      throw asTangentError(error);
    });
    await runOn(client, `SELECT pg_advisory_lock(hashtextextended('tangent ' || $1, 0))`, [name]);
    return await work();
  } finally {
    await client.end().catch(() => undefined);
  }
}
