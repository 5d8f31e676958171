// A private, complete Tangent for tests and benchmarks: own database, own queue, own ports, own data folder.
// Uses the Postgres server that DATABASE_URL names (a fresh database there takes 0.1 s), or starts one.
import { randomBytes } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { giveApplicationRole } from './application-role.mjs';
import { apps, bootstrapAdmin } from './apps.mjs';
import { childProcess, untilReady } from './children.mjs';
import { ownPostgres, ownRedis } from './own-servers.mjs';
import { freePort } from './ports.mjs';
import { quoted, withClient } from './postgres-client.mjs';
import { Failure } from './process.mjs';
import { createTestDatabase } from './test-database.mjs';
import { startThrowAwayPostgres, startThrowAwayRedis, throwAwayFolder } from './throw-away.mjs';

export { createTestDatabase } from './test-database.mjs';
export { startThrowAwayPostgres, startThrowAwayRedis } from './throw-away.mjs';

/** On a machine with much else to do: others start at the same time. */
const startWithinMs = 150_000;

/** See stack.d.mts. */
export async function startStack({
  queue = 'redis',
  numWorkers = 1,
  web = false,
  ownServers = false,
  env = {},
} = {}) {
  refuseUnbuilt(web);
  const cleanups = []; // in order of making; undone backwards
  const stop = async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  };
  try {
    return { ...(await assemble({ queue, numWorkers, web, ownServers, env, cleanups })), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble({ queue, numWorkers, web, ownServers, env, cleanups }) {
  const dataDir = throwAwayFolder('stack');
  cleanups.push(() => rmSync(dataDir, { recursive: true, force: true }));

  const postgres = ownServers ? await ownPostgres() : undefined;
  if (postgres) cleanups.push(postgres.remove);
  const { databaseUrl, programUrl } = await freshDatabase(cleanups, postgres?.urlOf('postgres'));
  let redisUrl;
  let redis;
  if (queue === 'redis') {
    const server = ownServers ? await ownRedis() : await startThrowAwayRedis();
    cleanups.push(server.remove ?? server.stop);
    redisUrl = server.url;
    if (ownServers) redis = server;
  }

  const [apiPort, webPort] = [await freePort(), await freePort()];
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const webUrl = `http://127.0.0.1:${webPort}`;
  const admin = { email: 'admin@tangent.test', password: randomBytes(12).toString('base64url') };
  const shared = {
    ...inheritedEnv(),
    NODE_ENV: 'production',
    DATABASE_URL: programUrl,
    TANGENT_QUEUE: queue,
    ...(redisUrl && { REDIS_URL: redisUrl }),
    TANGENT_DATA: dataDir,
    API_PORT: String(apiPort),
    API_HOST: '127.0.0.1',
    PORT: String(webPort),
    HOSTNAME: '127.0.0.1',
    TANGENT_API_URL: apiUrl,
    ...env,
  };
  const adminEnv = { TANGENT_ADMIN_EMAIL: admin.email, TANGENT_ADMIN_PASSWORD: admin.password };
  await bootstrapAdmin({ ...shared, ...adminEnv });

  const make = (name, app) => {
    const child = childProcess({
      name,
      ...app,
      env: shared,
      logFile: path.join(dataDir, 'logs', `${name}.log`),
    });
    cleanups.push(() => child.stop());
    return child;
  };
  // Made in this order, so that workers and web stop before the API they talk to. None waits for another to start.
  const api = handleOf(make('api', apps.api), `${apiUrl}/healthz`);
  const workers = Array.from({ length: numWorkers }, (_, i) =>
    handleOf(make(`worker-${i + 1}`, apps.worker)),
  );
  const site = web ? handleOf(make('web', apps.web), webUrl) : undefined;
  await Promise.all([api, ...workers, ...(site ? [site] : [])].map((part) => part.start()));
  const servers = { ...(postgres && { postgres }), ...(redis && { redis }) };
  const parts = { apiUrl, databaseUrl, programUrl, redisUrl, dataDir, admin, api, workers, servers };
  return site ? { ...parts, webUrl, web: site } : parts;
}

async function freshDatabase(cleanups, ownUrl) {
  let serverUrl = ownUrl ?? process.env.DATABASE_URL;
  if (!serverUrl) {
    const server = await startThrowAwayPostgres();
    cleanups.push(server.stop);
    serverUrl = server.urlOf('postgres');
  }
  const database = await createTestDatabase(serverUrl);
  const role = `${database.name}_app`;
  // After the database, in which it has rights. Roles are of the whole server, hence the name of its own.
  cleanups.push(() => withClient(serverUrl, (client) => client.query(`DROP ROLE IF EXISTS ${quoted(role)}`)));
  cleanups.push(database.drop);
  // As with `npm start`: the programs own no table. Tests look and set right as the owner.
  return { databaseUrl: database.url, programUrl: await giveApplicationRole(database.url, { role }) };
}

function handleOf(child, readyUrl) {
  return {
    get pid() {
      return child.pid;
    },
    get exitCode() {
      return child.exitCode;
    },
    kill: child.kill,
    start: async (more) => {
      child.start(more);
      if (readyUrl) await untilReady(readyUrl, { child, timeoutMs: startWithinMs });
    },
    log: child.tail,
  };
}

/** What the caller runs with, less what a test runner adds for itself and what belongs to another installation. */
function inheritedEnv() {
  const own = (name) => !/^(VITEST|TEST$|NODE_OPTIONS$|NODE_ENV$|TANGENT_|REDIS_URL$|npm_)/.test(name);
  const kept = Object.entries(process.env).filter(([name]) => own(name) || name === 'TANGENT_ENGINE');
  return Object.fromEntries(kept);
}

function refuseUnbuilt(web) {
  const needed = [apps.api.file, apps.worker.file, ...(web ? [apps.web.file] : [])];
  const missing = needed.filter((file) => !existsSync(file));
  if (missing.length > 0) throw new Failure(`not built yet: ${missing.join(', ')}. Run: npm run build`);
}
