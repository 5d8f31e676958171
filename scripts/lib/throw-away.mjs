// Servers and folders that live only as long as one command. What a killed command left is cleared by the next.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { removePostgres, startPostgres, stopLeftPostgres } from './postgres.mjs';
import { isAlive } from './process.mjs';
import { startRedis, stopLeftRedis } from './redis.mjs';
import { fetchRedis, findRedis } from './redis-binary.mjs';

// Outside the clone, so that the account that runs Postgres may enter it. One a user: folders of others are not ours.
const parent = path.join(os.tmpdir(), `tangent-throw-away-${os.userInfo().uid}`);
let numMade = 0;

/** A new folder, named after its kind and its owner's process id. */
export function throwAwayFolder(kind) {
  numMade += 1;
  const dir = path.join(parent, `${kind}-${process.pid}-${numMade}`);
  mkdirSync(dir, { recursive: true });
  return dir;
}

/** A Postgres on a free port whose files go when it stops. */
export async function startThrowAwayPostgres() {
  await sweep();
  const dir = throwAwayFolder('postgres');
  const server = await startPostgres({ dir, isThrowAway: true });
  const stop = async () => {
    await server.stop();
    removePostgres(dir);
  };
  return { ...server, stop };
}

/** A Redis on a free port whose files go when it stops. Fetches the program when this machine has none. */
export async function startThrowAwayRedis() {
  await sweep();
  const program = findRedis() ?? (await fetchRedis());
  return startRedis({ dir: throwAwayFolder('redis'), program, isThrowAway: true });
}

/** Stops and removes what dead processes left behind. */
async function sweep() {
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const [, kind, owner] = /^(\w+)-(\d+)-\d+$/.exec(name) ?? [];
    if (!owner || isAlive(Number(owner))) continue;
    const dir = path.join(parent, name);
    if (kind === 'postgres') {
      await stopLeftPostgres(dir);
      removePostgres(dir);
    }
    if (kind === 'redis') await stopLeftRedis(dir);
    rmSync(dir, { recursive: true, force: true });
  }
}
