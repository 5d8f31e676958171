// Builds the images one after the other, then starts them as docker-compose.yml does. Runs on import (see ../images.mjs).
import { randomBytes } from 'node:crypto';
import { readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describe, say, stepper } from '../lib/console.mjs';
import { root } from '../lib/paths.mjs';
import { freePort } from '../lib/ports.mjs';
import { ensureDatabase } from '../lib/postgres-client.mjs';
import { Failure, lastLines } from '../lib/process.mjs';
import { shutdownPlan } from '../lib/shutdown.mjs';
import { startThrowAwayPostgres, startThrowAwayRedis, throwAwayFolder } from '../lib/throw-away.mjs';
import { until } from '../lib/wait.mjs';
import { buildImage } from './build-image.mjs';
import { stagesOf } from './dockerfile.mjs';
import { startContainer } from './start-container.mjs';

const targets = ['migrate', 'api', 'worker', 'web'];
const plan = shutdownPlan();
try {
  await main();
  await plan.stop(0);
} catch (error) {
  console.error(`\n${describe(error)}`);
  await plan.stop(1);
}

async function main() {
  const step = stepper(targets.length * 2);
  const dir = throwAwayFolder('images');
  plan.onStop('folders', () => rmSync(dir, { recursive: true, force: true }));
  const stages = stagesOf(readFileSync(path.join(root, 'docker/Dockerfile'), 'utf8'));
  const images = new Map();
  for (const name of targets)
    await step(`image ${name}`, async (progress) => {
      const { leftOut } = await buildImage(name, { stages, dir, images, say: progress });
      return { note: leftOut.length === 0 ? 'whole' : `not followed: ${leftOut.join('; ')}` };
    });

  const { env, ownerUrl, apiUrl, webUrl } = await surroundings();
  const start = (name, more) => startContainer(images.get(name), { name, plan, env: { ...env, ...more } });
  await step('migrate ends', async () => {
    const { code, output } = await start('migrate', { DATABASE_OWNER_URL: ownerUrl }).end;
    if (code !== 0) throw new Failure(`migrate ended with ${code}:\n${lastLines(output, 20)}`);
    return { note: lastLines(output, 1) };
  });
  await step('api is ready', () => answers(start('api'), `${apiUrl}/readyz`));
  const worker = start('worker');
  await step('worker is healthy', () =>
    untilTrue(worker, async () => {
      const check = startContainer(images.get('worker'), {
        name: 'worker-health',
        plan,
        env,
        command: ['node', 'docker/worker-health.mjs'],
      });
      return (await check.end).code === 0;
    }),
  );
  await step('web answers', () => answers(start('web'), webUrl));
  say('\nNot tried: Docker itself, the accounts of the images, and worker-gpu, which needs CUDA.');
}

/** Postgres and Redis as the compose file has them, and what it gives to the programs. */
async function surroundings() {
  const postgres = await startThrowAwayPostgres();
  plan.onStop('Postgres', postgres.stop);
  await ensureDatabase(postgres.urlOf('postgres'), 'tangent');
  const redis = await startThrowAwayRedis();
  plan.onStop('Redis', redis.stop);
  const ownerUrl = postgres.urlOf('tangent');
  const programUrl = new URL(ownerUrl);
  programUrl.username = 'tangent_app';
  programUrl.password = randomBytes(12).toString('hex');
  const [apiPort, webPort] = [await freePort(), await freePort()];
  const apiUrl = `http://127.0.0.1:${apiPort}`;
  const env = {
    DATABASE_URL: programUrl.href,
    TANGENT_QUEUE: 'redis',
    REDIS_URL: redis.url,
    TANGENT_DATA: throwAwayFolder('images'),
    TANGENT_API_URL: apiUrl,
    API_PORT: String(apiPort),
    PORT: String(webPort),
    TANGENT_ADMIN_EMAIL: 'admin@tangent.test',
    TANGENT_ADMIN_PASSWORD: randomBytes(12).toString('hex'),
  };
  plan.onStop('data', () => rmSync(env.TANGENT_DATA, { recursive: true, force: true }));
  return { env, ownerUrl, apiUrl, webUrl: `http://127.0.0.1:${webPort}` };
}

/** Resolves once it answers with what is no error. */
function answers(container, url) {
  const isOk = ({ ok }) => ok;
  return untilTrue(container, () => fetch(url).then(isOk, () => false));
}

/** Throws with the end of its log when the container ends first, or two minutes have passed. */
async function untilTrue(container, condition) {
  const isTrue = await until(async () => !container.isRunning() || (await condition()), {
    timeoutMs: 120_000,
    everyMs: 500,
  });
  if (isTrue && container.isRunning()) return;
  throw new Failure(`${container.name} does not:\n${lastLines(container.output(), 20)}`);
}
