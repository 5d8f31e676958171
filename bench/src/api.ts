// Many annotators at once against the HTTP API, while rounds run; afterwards their logs are compared with the database.
// npm run bench -- api [--quick]
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createRandom } from '@tangent/compute';
import { openDatabase } from '@tangent/database';
import { annotate } from './api/annotator.js';
import { cpuSeconds } from './api/cpu-seconds.js';
import { makeCrew } from './api/crew.js';
import { fullPlan, quickPlan } from './api/plan.js';
import { makePoolProject } from './api/pool-project.js';
import { reportOutcome } from './api/report-outcome.js';
import { reportRequests } from './api/report-requests.js';
import type { LoggedRequest } from './api/request-log.js';
import { type Bench, runRound, withStack } from './first-line/with-stack.js';
import { type Benchmark, runBenchmark } from './harness.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const plan = args.quick ? quickPlan : fullPlan;
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const env = {
  LOG_LEVEL: 'warn',
  TANGENT_REQUESTS_PER_MINUTE: '1000000',
  TANGENT_LOGINS_PER_MINUTE: '1000000',
};

await runBenchmark('api', (b) => withStack({ env, ownServers: true }, (bench) => measure(b, bench)), {
  ...(args.quick && { resultsDir: trialDir }),
});

async function measure(b: Benchmark, { client: admin, stack }: Bench): Promise<void> {
  b.seeds([plan.seed]);
  b.detail('parameters', plan);
  const project = await makePoolProject(admin, plan);
  const { projectId } = project;
  await runRound(admin, projectId, plan.seed);
  await admin.updateProject({
    params: { projectId },
    body: { settings: { trigger: { everyLabels: plan.everyLabels } } },
  });
  const requests: LoggedRequest[] = [];
  const crew = await makeCrew(admin, {
    apiUrl: stack.apiUrl,
    projectId,
    count: plan.numAnnotators,
    requests,
  });
  b.progress(`${project.numUnlabeled} items to label (${project.name}), ${crew.length} annotators`);

  const processes = { API: stack.api.pid!, worker: stack.workers[0]!.pid!, annotators: process.pid };
  const cpuBefore = Object.values(processes).map(cpuSeconds);
  const startedAt = Date.now();
  const endsAt = startedAt + plan.durationMs;
  const numBehind: number[] = [];
  const logs = await Promise.all(
    crew.map(({ client, annotatorId }, number) =>
      annotate({
        client,
        annotatorId,
        project,
        plan,
        endsAt,
        random: createRandom(plan.seed).fork(`annotator ${number}`),
        onLease: (behind) => numBehind.push(behind),
      }),
    ),
  );
  const endedAt = Date.now();
  const cpuAfter = Object.values(processes).map(cpuSeconds);

  const db = openDatabase({ url: stack.databaseUrl, maxConnections: 2 });
  try {
    await reportOutcome(b, db, { projectId, logs, startedAt, endedAt });
  } finally {
    await db.close();
  }
  reportRequests(b, requests, { numBehind, seconds: (endedAt - startedAt) / 1000 });
  Object.keys(processes).forEach((name, i) => {
    const [before, after] = [cpuBefore[i]!, cpuAfter[i]!];
    if (before === null || after === null) return;
    b.row({
      claim: `CPU time of the ${name} for a request`,
      measured: ((after - before) * 1000) / requests.length,
      unit: 'ms',
      goal: null,
    });
  });
  b.note(
    `Postgres and Redis write to disk as in production (fsync). Annotators, API, worker, Postgres and Redis share the ${availableParallelism()} cores of this machine; the times are the clients’, and hold their own waiting for a core too.`,
  );
  b.note(
    `Pool: ${project.numUnlabeled} ${project.name}; a round after every ${plan.everyLabels} labels; an item is looked at for ${plan.thinkMs / 1000} s on average.`,
  );
}
