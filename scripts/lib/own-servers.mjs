// Servers of one stack alone, which tests may kill and start again: as in production, what they said is on disk.
import { rmSync } from 'node:fs';
import path from 'node:path';
import { removePostgres, startPostgres } from './postgres.mjs';
import { startRedis } from './redis.mjs';
import { fetchRedis, findRedis } from './redis-binary.mjs';
import { throwAwayFolder } from './throw-away.mjs';
import { until } from './wait.mjs';

const startWithinMs = 30_000;

/** See StackServer in stack.d.mts; with `urlOf` and `remove`. */
export async function ownPostgres() {
  const dir = throwAwayFolder('postgres');
  const server = await restartable((wantedPort) => startPostgres({ dir, wantedPort }));
  const remove = async () => {
    await server.stop();
    removePostgres(dir);
  };
  return { ...server, urlOf: server.first.urlOf, remove };
}

/** See StackServer in stack.d.mts; with `url` and `remove`. */
export async function ownRedis() {
  const dir = throwAwayFolder('redis');
  const program = findRedis() ?? (await fetchRedis());
  const server = await restartable((wantedPort) => startRedis({ dir, program, wantedPort }));
  const lose = async () => {
    await server.kill();
    rmSync(path.join(dir, 'appendonlydir'), { recursive: true });
  };
  const remove = async () => {
    await server.stop();
    rmSync(dir, { recursive: true, force: true });
  };
  return { ...server, url: server.first.url, lose, remove };
}

async function restartable(launch) {
  const first = await launch();
  const { port } = first;
  let server = first;
  return {
    first,
    kill: () => server.kill(),
    stop: () => server.stop(),
    async start() {
      let refusal;
      // What a killed Postgres leaves running needs a moment to notice, and holds the memory that the next one wants.
      const started = await until(
        () =>
          launch(port).catch((error) => {
            refusal = error;
          }),
        { timeoutMs: startWithinMs },
      );
      if (!started) throw refusal;
      server = started;
      if (server.port !== port) throw new Error(`port ${port} was taken while its server was down`);
    },
  };
}
