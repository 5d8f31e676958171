// Migrations of a system that people work on. What changes a table wants it alone, waits for whoever reads it, and all who
// come later wait behind it: a long export would stop the labeling of everybody.
import { pause } from '../lib/wait.mjs';

/** So long a script waits for a lock before it lets the others go first. */
const lockTimeoutMs = 3_000;
const pauseMs = 1_000;
const mostAttempts = 60;
const lockNotAvailable = '55P03';

/**
 * Runs a script, as the one transaction that Postgres makes of it, again as long as it does not get its locks.
 *
 * @param {import('pg').Pool} pool of one connection
 * @param {string} script
 */
export async function executePatiently(pool, script) {
  await pool.query(`SET lock_timeout = ${lockTimeoutMs}`);
  try {
    for (let attempt = 1; ; attempt++) {
      try {
        await pool.query(script);
        return;
      } catch (error) {
        if (error.code !== lockNotAvailable || attempt === mostAttempts) throw error;
        await pause(pauseMs);
      }
    }
  } finally {
    await pool.query('RESET lock_timeout');
  }
}
