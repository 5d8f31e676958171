// The queue of `npm start`: Redis where there is one or can be had, else Postgres, which is always there.
import path from 'node:path';
import { answers } from '../lib/ports.mjs';
import { Failure } from '../lib/process.mjs';
import { checkRedis, startRedis, stopLeftRedis } from '../lib/redis.mjs';
import { fetchRedis, findRedis } from '../lib/redis-binary.mjs';
import { keepServer } from './supervisor.mjs';

const wantedPort = 56_379;

/**
 * @param {{ dir: string, plan: ReturnType<typeof import('../lib/shutdown.mjs').shutdownPlan>, progress: (text: string) => void, env?: NodeJS.ProcessEnv }} options
 *   dir: the data folder
 * @returns {Promise<{ note: string, env: { TANGENT_QUEUE: string, REDIS_URL?: string }, advice?: string }>}
 */
export async function startQueue({ dir, plan, progress, env = process.env }) {
  const wish = env.TANGENT_QUEUE || undefined;
  if (wish && wish !== 'redis' && wish !== 'postgres') {
    throw new Failure(`TANGENT_QUEUE=${wish} is unknown: write redis or postgres, or leave it out`);
  }
  if (wish === 'postgres')
    return { note: 'in Postgres, as TANGENT_QUEUE says', env: { TANGENT_QUEUE: 'postgres' } };
  if (env.REDIS_URL) {
    await checkRedis(env.REDIS_URL);
    return { note: 'the Redis of REDIS_URL', env: { TANGENT_QUEUE: 'redis', REDIS_URL: env.REDIS_URL } };
  }

  let program = findRedis();
  let problem = '';
  if (!program) {
    progress('fetching Debian’s Redis into .cache');
    program = await fetchRedis().catch((error) => {
      problem = error.message.split('\n')[0];
    });
  }
  if (!program && wish === 'redis') {
    throw new Failure(
      `TANGENT_QUEUE=redis, but there is no redis-server and none could be fetched: ${problem}`,
    );
  }
  if (!program) {
    return {
      note: 'in Postgres',
      env: { TANGENT_QUEUE: 'postgres' },
      advice: `No Redis here and none could be fetched, so the queue lives in Postgres (works alike, about half as fast). ${problem}`,
    };
  }
  const home = path.join(dir, 'redis');
  plan.onStop('Redis', () => stopLeftRedis(home));
  const server = await startRedis({ dir: home, program, wantedPort });
  const { port } = server;
  const stopKeeping = keepServer({
    name: 'Redis',
    isUp: () => answers(port),
    restart: () => startRedis({ dir: home, program, wantedPort: port }),
  });
  plan.onStop('watching Redis', stopKeeping);
  const note = server.isAdopted ? `Redis, adopted, it still ran on port ${port}` : `Redis on port ${port}`;
  return { note, env: { TANGENT_QUEUE: 'redis', REDIS_URL: server.url } };
}
