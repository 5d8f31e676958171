// What the checks look at: the installation that the environment names, as the launcher would read it.
import path from 'node:path';
import { holderOf } from '../lib/lock.mjs';
import { dataDir } from '../lib/paths.mjs';
import { urlOfRunning } from '../lib/postgres.mjs';
import { withClient } from '../lib/postgres-client.mjs';
import { urlOfRunningRedis } from '../lib/redis.mjs';

/**
 * @typedef {object} Surroundings
 * @property {NodeJS.ProcessEnv} env
 * @property {string} dir the data folder
 * @property {{ pid: number, address: string } | undefined} launcher the `npm start` that runs on it
 * @property {string | undefined} databaseUrl of DATABASE_URL, else of the embedded Postgres while it runs
 * @property {string | undefined} redisUrl likewise
 * @property {boolean} canRead whether the database answers and has the tables
 */

/** @returns {Promise<Surroundings>} */
export async function lookAround(env = process.env) {
  const dir = dataDir(env);
  const databaseUrl = env.DATABASE_URL || (await urlOfRunning(path.join(dir, 'postgres'), 'tangent'));
  return {
    env,
    dir,
    launcher: holderOf(dir),
    databaseUrl,
    redisUrl: env.REDIS_URL || (await urlOfRunningRedis(path.join(dir, 'redis'))),
    canRead: databaseUrl !== undefined && (await hasTables(databaseUrl)),
  };
}

/** False for whatever reason: checkDatabase names it. */
async function hasTables(url) {
  try {
    return await withClient(url, async (client) => {
      const { rows } = await client.query(
        "SELECT to_regclass('workers') AS workers, to_regclass('media') AS media",
      );
      return rows[0].workers !== null && rows[0].media !== null;
    });
  } catch {
    return false;
  }
}
