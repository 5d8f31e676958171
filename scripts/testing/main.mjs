// Runs the stages of `npm test`. Runs on import (see ../test.mjs).
//
// A failing stage does not stop the ones after it: one run shows everything that is broken. Only what a stage needs
// (packages, build, servers, Chromium) must be there, else the stage counts as failed.
import { completeStandalone } from '../lib/apps.mjs';
import { build, servedPackages } from '../lib/build.mjs';
import { bold, describe, say, stepper, table } from '../lib/console.mjs';
import { installPackages } from '../lib/install.mjs';
import { withBuildLock } from '../lib/lock.mjs';
import { generateClient } from '../lib/migrations.mjs';
import { Failure } from '../lib/process.mjs';
import { shutdownPlan } from '../lib/shutdown.mjs';
import { startThrowAwayPostgres, startThrowAwayRedis } from '../lib/throw-away.mjs';
import { provideChromium } from './chromium.mjs';
import { judge } from './reports.mjs';
import { stages } from './stages.mjs';

const plan = shutdownPlan({ exitCodeWhenAsked: 130 });
let exitCode = 1;
try {
  exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!plan.isStopping) console.error(`\n${describe(error)}`);
}
if (!plan.isStopping) await plan.stop(exitCode);

async function main(names) {
  const chosen = choose(names);
  const env = { ...process.env, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' };
  const provided = await provide(new Set(chosen.flatMap((stage) => stage.needs)), env);

  const results = [];
  for (const stage of chosen) {
    if (plan.isStopping) return 1;
    say(`\n${bold(stage.name)}: ${stage.what}`);
    const startedAt = Date.now();
    const missing = stage.needs.find((need) => provided.get(need) instanceof Error);
    if (missing) say(`cannot run: ${describe(provided.get(missing))}`);
    const outcome = missing ? { code: 1 } : await stage.run(env);
    results.push({ stage, seconds: (Date.now() - startedAt) / 1_000, missing, outcome, ...judge(outcome) });
  }
  report(results);
  return results.every((result) => result.isGood) ? 0 : 1;
}

function choose(names) {
  const unknown = names.find((name) => !stages.some((stage) => stage.name === name));
  if (unknown) {
    throw new Failure(
      `there is no stage ${unknown}; there are ${stages.map((stage) => stage.name).join(', ')}`,
    );
  }
  return names.length === 0 ? stages : stages.filter((stage) => names.includes(stage.name));
}

/** Makes ready what the stages need; says for each need what came of it. Adds to `env` what they find it by. */
async function provide(needs, env) {
  const work = {
    client: () => generateClient(),
    build: async (progress) => {
      const result = await build(servedPackages, progress);
      completeStandalone();
      return result;
    },
    servers: async () => {
      const postgres = await startThrowAwayPostgres();
      plan.onStop('Postgres', postgres.stop);
      const redis = await startThrowAwayRedis();
      plan.onStop('Redis', redis.stop);
      env.DATABASE_URL = postgres.urlOf('postgres');
      env.REDIS_URL = redis.url;
      return { note: `ports ${postgres.port} and ${redis.port}` };
    },
    chromium: async (progress) => {
      const result = await provideChromium(progress);
      env.CHROMIUM_PATH = result.file;
      return result;
    },
  };
  const labels = {
    client: 'Prisma client',
    build: 'build',
    servers: 'Postgres and Redis',
    chromium: 'Chromium',
  };
  const wanted = Object.keys(work).filter((need) => needs.has(need));
  const step = stepper(wanted.length + 1);
  const alone = (job) => (progress) =>
    withBuildLock({ onWait: (pid) => progress(`waiting for process ${pid}, which builds here too`) }, () =>
      job(progress),
    );

  await step('packages', alone(installPackages));
  const provided = new Map();
  for (const need of wanted) {
    const job = need === 'client' || need === 'build' ? alone(work[need]) : work[need];
    provided.set(need, await step(labels[need], job).catch((error) => error));
  }
  return provided;
}

function report(results) {
  const rows = results.map(({ stage, seconds, passed, failed, skipped, isGood, missing, outcome }) => {
    const skips = skipped > 0 ? ` (${skipped} of them skipped)` : '';
    const tests = outcome.counts ? `${passed} passed, ${failed} failed${skips}` : '';
    return [stage.name, missing ? 'not run' : isGood ? 'ok' : 'FAILED', `${seconds.toFixed(1)} s`, tests];
  });
  say(`\n${table([['stage', 'result', 'time', 'tests'], ...rows])}\n`);
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  say(`Tests: ${sum('passed')} passed, ${sum('failed')} failed`);
}
