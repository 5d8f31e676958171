// From a bare clone to a running Tangent, step by step. Runs on import (see ../start.mjs).
import { giveApplicationRole } from '../lib/application-role.mjs';
import { bootstrapAdmin, completeStandalone } from '../lib/apps.mjs';
import { build, servedPackages } from '../lib/build.mjs';
import { bold, describe, say, stepper, warn } from '../lib/console.mjs';
import { requireDisk } from '../lib/disk.mjs';
import { installPackages } from '../lib/install.mjs';
import { lockInstallation, withBuildLock } from '../lib/lock.mjs';
import { deployMigrations, generateClient } from '../lib/migrations.mjs';
import { dataDir } from '../lib/paths.mjs';
import { requirePort } from '../lib/ports.mjs';
import { shutdownPlan } from '../lib/shutdown.mjs';
import { numWorkersFrom, startApps } from './apps.mjs';
import { startDatabase } from './database.mjs';
import { hasNoProject, makeDemo } from './demo.mjs';
import { startQueue } from './queue.mjs';

const startedAt = Date.now();
const plan = shutdownPlan();
try {
  await main();
} catch (error) {
  // While stopping, steps fail because they were cut off: nothing to report.
  if (!plan.isStopping) {
    console.error(`\n${describe(error)}`);
    await plan.stop(1);
  }
}

async function main() {
  const dir = dataDir();
  const host = process.env.TANGENT_HOST || '127.0.0.1';
  const apiHost = process.env.API_HOST || '127.0.0.1';
  const numWorkers = numWorkersFrom();
  const addressOf = (name, port) => `http://${name === '0.0.0.0' ? '127.0.0.1' : name}:${port}`;
  plan.onStop('lock', lockInstallation(dir, { address: addressOf(host, process.env.PORT || 3000) }));
  const webPort = await requirePort('PORT', 3000, host);
  const apiPort = await requirePort('API_PORT', 4000, apiHost);
  const [webUrl, apiUrl] = [addressOf(host, webPort), addressOf(apiHost, apiPort)];
  requireDisk(dir, 0.5, 'running');

  say(`${bold('Tangent')} starts; data in ${dir}\n`);
  const step = stepper(8);
  const onWait = (progress) => ({
    onWait: (pid) => progress(`waiting for process ${pid}, which builds here too`),
  });

  await step('packages', (progress) => withBuildLock(onWait(progress), () => installPackages(progress)));
  const database = await step('database', () => startDatabase({ dir, plan }));
  const queue = await step('queue', (progress) => startQueue({ dir, plan, progress }));
  // The programs run as a role that owns no table; docs/runbook.md says what for, and how to have it in a Postgres of one's own.
  const ownerUrl = (process.env.DATABASE_URL && process.env.DATABASE_OWNER_URL) || database.url;
  const { programUrl } = await step('schema', async (progress) => {
    const client = await withBuildLock(onWait(progress), generateClient);
    const schema = await deployMigrations(ownerUrl);
    return {
      note: client.isChanged || schema.isChanged ? 'brought up to date' : 'up to date',
      programUrl: process.env.DATABASE_URL ? database.url : await giveApplicationRole(ownerUrl),
    };
  });
  await step('build', (progress) =>
    withBuildLock(onWait(progress), async () => {
      const result = await build(servedPackages, progress);
      completeStandalone();
      return result;
    }),
  );

  const env = {
    ...process.env,
    DATABASE_OWNER_URL: '', // no program needs it
    ...queue.env,
    NODE_ENV: 'production',
    DATABASE_URL: programUrl,
    TANGENT_DATA: dir,
    TANGENT_API_URL: apiUrl,
    API_HOST: apiHost,
    API_PORT: String(apiPort),
    HOSTNAME: host, // Next's word for the address it listens on; shells and containers set it to the machine's name
    PORT: String(webPort),
  };
  const admin = await step('first admin', async () => {
    const result = await bootstrapAdmin(env);
    return { ...result, note: result.created ? `made ${result.email}` : 'there already' };
  });
  // Printed at once: should a later step fail, the account exists and its password is nowhere else.
  if (admin.created && admin.password) {
    say(`\n  first login: ${bold(admin.email)}  password: ${bold(admin.password)}  (shown only this once)\n`);
  }
  await step('API, web, workers', (progress) =>
    startApps({ env, dir, numWorkers, apiUrl, webUrl, plan, progress }),
  );
  const demo = await step('demo project', async (progress) => {
    if (process.env.TANGENT_DEMO === '0') return { note: 'switched off' };
    if (!(await hasNoProject(database.url))) return { note: 'there are projects already' };
    const password = admin.password ?? process.env.TANGENT_ADMIN_PASSWORD;
    return makeDemo({ apiUrl, email: admin.email, password, progress });
  });

  for (const { advice } of [queue, demo]) if (advice) warn(`\n${advice}`);
  announce({ webUrl, apiUrl, dir, admin, database });
}

function announce({ webUrl, apiUrl, dir, admin, database }) {
  const seconds = ((Date.now() - startedAt) / 1_000).toFixed(0);
  const login = admin.created
    ? `${admin.email}, ${admin.password ? `password ${admin.password} (shown only this once)` : 'password as in TANGENT_ADMIN_PASSWORD'}`
    : 'as before (forgotten? docs/runbook.md, "A lost password")';
  const isElsewhere = database.dataFolder && !database.dataFolder.startsWith(dir);
  say(`
${bold('Tangent is up')} after ${seconds} s

  open     ${bold(webUrl)}
  log in   ${login}
  API      ${apiUrl}/docs
  data     ${dir} (${isElsewhere ? '' : 'database, '}blobs, logs)${isElsewhere ? `\n           ${database.dataFolder} (database)` : ''}
  stop     Ctrl-C
`);
}
