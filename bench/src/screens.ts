// What an annotator feels: from the key to the next item on the screen, in Chromium against the whole service; the size
// of the page; how many actions lead to a first label and to a running round; and frames of a map of many points.
// npm run bench -- screens [--quick]
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser } from '@playwright/test';
import { type Bench, runRound, withStack } from './first-line/with-stack.js';
import { type Benchmark, percentile, runBenchmark } from './harness.js';
import { firstLoadBytes } from './screens/first-load.js';
import { type ImageProject, makeImageProject } from './screens/image-project.js';
import { labelByKeys } from './screens/label-by-keys.js';
import { countWrongClicks, moveOverMap, openMap } from './screens/large-map.js';
import { freshPage, logIn, openBrowser } from './screens/open-browser.js';
import { watchPaints } from './screens/paint-probe.js';
import { fullPlan, quickPlan } from './screens/plan.js';
import { type Walk, walkToFirstLabel, walkToRunningRound } from './screens/walks.js';
import { makeVectorProject } from './workers/vector-project.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const plan = args.quick ? quickPlan : fullPlan;
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const env = { LOG_LEVEL: 'warn', TANGENT_REQUESTS_PER_MINUTE: '1000000' };

await runBenchmark('screens', (b) => withStack({ web: true, env }, (bench) => measure(b, bench)), {
  ...(args.quick && { resultsDir: trialDir }),
});

async function measure(b: Benchmark, bench: Bench): Promise<void> {
  b.seeds([plan.seed]);
  b.detail('parameters', plan);
  const project = await makeImageProject(bench.client, plan);
  b.progress(`${plan.numImages} images imported (${project.dataName})`);
  await runRound(bench.client, project.projectId, plan.seed);
  b.progress('the first round is done');
  const browser = await openBrowser();
  try {
    await measurePaints(b, bench, { browser, project });
    await measureWalks(b, bench, { browser, project });
    await measureMap(b, bench, browser);
  } finally {
    await browser.close();
  }
  b.note(
    `${plan.numImages} images (${project.dataName}), ${plan.numLabeled} of them labeled, ranked by one round; every label refreshes the ranking, no further round runs. Chromium ${browser.version()}, headless, API, worker, web, Postgres and Redis share the ${availableParallelism()} cores of this machine.`,
  );
  b.note(
    'Painted: the first task after the frame in which the decoded image of the next item stands; from the time stamp of the keydown event.',
  );
}

interface Screens {
  readonly browser: Browser;
  readonly project: ImageProject;
}

async function measurePaints(
  b: Benchmark,
  { stack, client }: Bench,
  { browser, project }: Screens,
): Promise<void> {
  const page = await freshPage(browser, stack.webUrl!);
  const paints = await watchPaints(page);
  await page.goto('/login');
  await logIn(page, stack.admin);
  // Another context: the scripts of the login screen are in the cache of this one.
  const fresh = await browser.newContext({
    baseURL: stack.webUrl!,
    storageState: await page.context().storageState(),
  });
  const numBytes = await firstLoadBytes(await fresh.newPage(), project.projectId);
  await fresh.close();

  await page.goto(`/projects/${project.projectId}/annotate`);
  const { truth } = project;
  await labelByKeys(page, { paints, truth, count: plan.numWarmup, lookMs: plan.lookMs });
  const paced = await labelByKeys(page, { paints, truth, count: plan.numLabels, lookMs: plan.lookMs });
  const hurried = await labelByKeys(page, { paints, truth, count: plan.numHurried, lookMs: 0 });
  await page.getByTestId('unsent').waitFor({ state: 'detached' });
  const numPressed = plan.numWarmup + plan.numLabels + plan.numHurried;
  const { counts } = await client.getProject({ params: { projectId: project.projectId } });
  const numMissing = plan.numLabeled + numPressed - counts.labeled;
  await page.context().close();

  const times = paced.map(({ ms }) => ms);
  b.detail('keydown to painted', paced);
  b.detail('keydown to painted without a pause', hurried);
  const claim = `key to next item painted, ${plan.numLabels} labels, one about every ${plan.lookMs / 1000} s`;
  for (const percent of [50, 90, 95, 99]) {
    b.row({
      claim: `${percent === 50 ? claim : '…'}, p${percent}`,
      measured: percentile(times, percent),
      unit: 'ms',
      goal: percent === 95 ? { atMost: 100 } : null,
      ...(percent === 95 && {
        tried:
          'items at hand before they are asked for, as many as a quick annotator may reach, with their images decoded; leases given back and taken in one request; computations that give way. What is late is a label that finds nothing at hand, after a changed ranking.',
      }),
    });
  }
  b.row({ claim: '…, longest', measured: Math.max(...times), unit: 'ms', goal: null });
  b.row({
    claim: '… after which the page had no item at hand and waited for the server',
    measured: paced.filter(({ hadToWait }) => hadToWait).length,
    unit: 'labels',
    goal: null,
  });
  const hurriedTimes = hurried.map(({ ms }) => ms);
  const hurriedClaim = `key to next item painted, ${plan.numHurried} labels without a pause`;
  for (const percent of [50, 95])
    b.row({
      claim: `${percent === 50 ? hurriedClaim : '…'}, p${percent}`,
      measured: percentile(hurriedTimes, percent),
      unit: 'ms',
      goal: null,
    });
  b.row({ claim: '…, longest', measured: Math.max(...hurriedTimes), unit: 'ms', goal: null });
  b.row({
    claim: '… after which the page had no item at hand and waited for the server',
    measured: hurried.filter(({ hadToWait }) => hadToWait).length,
    unit: 'labels',
    goal: null,
  });
  b.row({
    claim: 'labels that were pressed and are not in the database',
    measured: numMissing,
    unit: 'labels',
    goal: { atMost: 0 },
  });
  b.row({
    claim: 'JavaScript of the first load of the annotate page, compressed',
    measured: numBytes / 1000,
    unit: 'kB',
    goal: { atMost: 250 },
  });
}

async function measureWalks(
  b: Benchmark,
  { stack, client }: Bench,
  { browser, project }: Screens,
): Promise<void> {
  const newcomer = await freshPage(browser, stack.webUrl!);
  const toLabel = await walkToFirstLabel(newcomer, client, project);
  await newcomer.context().close();
  const engineer = await freshPage(browser, stack.webUrl!);
  await engineer.goto('/login');
  await logIn(engineer, stack.admin);
  const toRound = await walkToRunningRound(engineer, client);
  await engineer.context().close();
  const row = (claim: string, { actions }: Walk, atMost: number) => {
    b.detail(claim, actions);
    b.row({
      claim: `${claim}: ${actions.join(', ')}`,
      measured: actions.length,
      unit: 'actions',
      goal: { atMost },
    });
  };
  row('from the login screen to the first label', toLabel, 3);
  row('from no project to a running round', toRound, 6);
}

async function measureMap(b: Benchmark, { stack, client }: Bench, browser: Browser): Promise<void> {
  const { seed, numMapPoints } = plan;
  const projectId = await makeVectorProject(client, {
    seed,
    numItems: numMapPoints,
    dimension: 16,
    numClasses: 10,
    numLabels: 200,
  });
  await runRound(client, projectId, seed);
  const points = `${new Intl.NumberFormat('en').format(numMapPoints)} points`;
  b.progress(`a pool of ${points} has its round`);
  const page = await freshPage(browser, stack.webUrl!);
  await page.goto('/login');
  await logIn(page, stack.admin);
  const firstMs = await openMap(page, projectId);
  const againMs = await openMap(page, projectId);
  const frames = await moveOverMap(page);
  const numWrong = await countWrongClicks(page, client, { projectId, numClicks: plan.numMapClicks });
  await page.context().close();
  b.detail('frames of the map', frames);
  b.row({
    claim: `map of ${points}, from the click to the canvas, the first time, in which the pool is laid out`,
    measured: firstMs / 1000,
    unit: 's',
    goal: null,
  });
  b.row({ claim: '…, again', measured: againMs / 1000, unit: 's', goal: null });
  const moves = { hover: 'moving over it', zoom: 'zooming by the wheel', pan: 'pulling it about' } as const;
  for (const move of ['hover', 'zoom', 'pan'] as const) {
    const times = frames[move];
    b.row({
      claim: `from frame to frame of the map of ${points}, ${moves[move]}, p50`,
      measured: percentile(times, 50),
      unit: 'ms',
      goal: null,
    });
    b.row({ claim: '…, p95', measured: percentile(times, 95), unit: 'ms', goal: { atMost: 50 } });
    b.row({ claim: '…, longest', measured: Math.max(...times), unit: 'ms', goal: null });
  }
  b.row({
    claim: `clicks on the map that opened another item than the one there, of ${plan.numMapClicks}`,
    measured: numWrong,
    unit: 'clicks',
    goal: { atMost: 0 },
  });
}
