// The database of `npm start`: the one that DATABASE_URL names, or our own, kept running.
import path from 'node:path';
import { answers } from '../lib/ports.mjs';
import { startPostgres, stopLeftPostgres } from '../lib/postgres.mjs';
import { checkDatabase, ensureDatabase } from '../lib/postgres-client.mjs';
import { keepServer } from './supervisor.mjs';

const wantedPort = 55_432;
const databaseName = 'tangent';

/**
 * @param {{ dir: string, plan: ReturnType<typeof import('../lib/shutdown.mjs').shutdownPlan>, env?: NodeJS.ProcessEnv }} options
 *   dir: the data folder
 * @returns {Promise<{ note: string, url: string, dataFolder?: string }>}
 */
export async function startDatabase({ dir, plan, env = process.env }) {
  if (env.DATABASE_URL) {
    await checkDatabase(env.DATABASE_URL);
    return { note: 'the Postgres of DATABASE_URL', url: env.DATABASE_URL };
  }
  const home = path.join(dir, 'postgres');
  // Registered before it runs: a stop in the middle of starting must find it too.
  plan.onStop('Postgres', () => stopLeftPostgres(home));
  const server = await startPostgres({ dir: home, wantedPort });
  const { port } = server;
  await ensureDatabase(server.urlOf('postgres'), databaseName);
  const stopKeeping = keepServer({
    name: 'Postgres',
    isUp: () => answers(port),
    restart: () => startPostgres({ dir: home, wantedPort: port }),
  });
  plan.onStop('watching Postgres', stopKeeping);
  const note = server.isAdopted ? `adopted, it still ran on port ${port}` : `port ${port}`;
  return { note, url: server.urlOf(databaseName), dataFolder: server.dataFolder };
}
