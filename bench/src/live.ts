// Live labeling of a large pool. The arithmetic: after every label all means, all scores and the head of the queue, by an
// exact rank-one update in a compute thread. The worker: its own handlers, from a label to all that it writes of the new
// order. Both are timed from the caller’s side.
// npm run bench -- live [--quick]
import { createHash } from 'node:crypto';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { startComputeThread } from '@tangent/compute';
import { figures } from './curves/report-curves.js';
import { type Benchmark, median, percentile, runBenchmark } from './harness.js';
import { numWarmup } from './live/latency-plots.js';
import {
  type ShowingHandlers,
  showingThread,
  type WorkerHandlers,
  workerPool,
  workerThread,
} from './live/worker-pool.js';
import type { handlers } from './pools/live-thread.js';
import { estimate } from './statistics.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const seeds = args.quick ? [1] : [1, 2, 3];
const pool = { numItems: args.quick ? 50_000 : 100_000, dimension: 512, numClasses: 10, numLabels: 500 };
const headSize = 1_000;
const numUpdates = args.quick ? 50 : 1_000;
/** Of the worker: as many reasons as it writes, and the items that a person has at hand. */
const inWorker = { numUpdates: args.quick ? 30 : 200, numEvaluation: 1_000, numReasons: 24, numPending: 11 };
const items = new Intl.NumberFormat('en').format(pool.numItems);

interface SeedTimes {
  readonly times: readonly number[];
  /** What is done after the answer. */
  readonly settling: readonly number[];
}

await runBenchmark(
  'live',
  async (b) => {
    b.seeds(seeds);
    b.detail('parameters', { ...pool, headSize, numUpdates, inWorker });
    const workers: SeedTimes[] = [];
    const arithmetic: (SeedTimes & { readonly drift: Drift })[] = [];
    for (const seed of seeds) {
      workers.push(await labelInWorker(b, seed));
      arithmetic.push(await labelInThread(b, seed));
    }
    b.note(
      `In the worker: its own two threads for live labeling, with the defaults of the service (${inWorker.numEvaluation} evaluation items, ${inWorker.numPending} items on lease); the writing to Postgres comes after that, and is not in it.`,
    );
    reportTimes(
      b,
      workers,
      `in the worker: label → scores of ${items} items × ${pool.dimension}, a greedy head, the order, ${inWorker.numReasons} reasons and all probabilities`,
      { atMost: 50 },
      'one pass over the features for a label; no copy of what is tracked, and none of the d×d matrices, whose updates wait until after the answer; the picks of the head from products that are made ahead, after the answer before; margins without branches; a radix order; all probabilities and flips in a thread of their own beside the order, from means in shared memory; large arrays kept from label to label and a heap that may grow further before it is marked. What is left: the pass itself (bound by memory), and the margins, the order and the picks, some milliseconds each, in one thread.',
    );
    reportTimes(b, arithmetic, `the arithmetic alone: label → all means, scores and the ${headSize} best`);
    reportDrift(
      b,
      arithmetic.map(({ drift }) => drift),
    );
    b.detail('times ms', {
      'in the worker': workers.map(({ times }) => times),
      'the arithmetic': arithmetic.map(({ times }) => times),
    });
  },
  args.quick ? { resultsDir: trialDir } : {},
);

type Drift = Awaited<ReturnType<(typeof handlers)['drift']>>;

/** Labels the first of the queue, one after the other, by the worker's handlers. */
async function labelInWorker(b: Benchmark, seed: number): Promise<SeedTimes> {
  const { input, classes } = await workerPool({ seed, ...pool, numEvaluation: inWorker.numEvaluation });
  const thread = startComputeThread<WorkerHandlers>(workerThread, {
    workerData: { engine: process.env.TANGENT_ENGINE, nice: 0 },
  });
  const showing = startComputeThread<ShowingHandlers>(showingThread, { workerData: { nice: 0 } });
  try {
    let showable = await thread.call('loadLive', input);
    b.progress(`seed ${seed}: the worker has the pool`);
    const { projectId, temperature, model, numClasses } = input;
    const rank = async (pending: Int32Array) => {
      const [ranking, shown] = await Promise.all([
        thread.call('rankLive', { projectId, pending, numReasons: inWorker.numReasons }),
        showing.call('showLive', { ...showable, numClasses, temperature, loss: model.loss }),
      ]);
      return { ...ranking, ...shown };
    };
    let { order } = await rank(new Int32Array());
    const hash = createHash('sha256');
    const times: number[] = [];
    const settling: number[] = [];
    for (let update = 0; update < inWorker.numUpdates; update++) {
      const item = order[0]!;
      const pending = order.slice(1, 1 + inWorker.numPending);
      const from = performance.now();
      const change = { item, classIndex: classes[item]!, isSkipped: false, isNotRelevant: false };
      const moved = await thread.call('applyLive', { projectId, changes: [change] });
      showable = { ...showable, ...moved };
      const ranking = await rank(pending);
      const answered = performance.now();
      times.push(answered - from);
      await thread.call('settleLive', { projectId });
      settling.push(performance.now() - answered);
      order = ranking.order;
      for (const { buffer } of [order, ranking.scores, ranking.probabilities])
        hash.update(new Uint8Array(buffer));
    }
    // Equal where nothing but the time has changed.
    b.detail(`hash of the worker’s rankings, seed ${seed}`, hash.digest('hex'));
    return { times, settling };
  } finally {
    await Promise.all([thread.close(), showing.close()]);
  }
}

/** Labels the first of the queue, one after the other, by the posterior itself. */
async function labelInThread(b: Benchmark, seed: number): Promise<SeedTimes & { readonly drift: Drift }> {
  const thread = startComputeThread<typeof handlers>(new URL('./pools/live-thread.js', import.meta.url));
  try {
    let head = await thread.call('open', { seed, ...pool, headSize });
    b.progress(`seed ${seed}: the thread has the pool`);
    const times: number[] = [];
    const settling: number[] = [];
    for (let update = 0; update < numUpdates; update++) {
      const item = head[0]!;
      const from = performance.now();
      head = await thread.call('label', { item });
      const answered = performance.now();
      times.push(answered - from);
      await thread.call('settle', undefined);
      settling.push(performance.now() - answered);
    }
    b.progress(`seed ${seed}: solving anew`);
    return { times, settling, drift: await thread.call('drift', undefined) };
  } finally {
    await thread.close();
  }
}

function reportTimes(
  b: Benchmark,
  runs: readonly SeedTimes[],
  name: string,
  goal: { readonly atMost: number } | null = null,
  tried?: string,
): void {
  const row = (
    claim: string,
    of: (run: SeedTimes) => number,
    promised: { goal: typeof goal; tried?: string } = { goal: null },
  ) => b.row({ claim, ...figures(estimate(runs.map(of))), numRuns: runs.length, unit: 'ms', ...promised });
  // The first updates compile the pass.
  const warm = ({ times }: SeedTimes) => times.slice(numWarmup);
  row(`${name}, p95`, (run) => percentile(warm(run), 95), { goal, ...(tried && { tried }) });
  row('… median', (run) => median(warm(run)));
  row('… then settling, after the answer, median', ({ settling }) => median(settling));
  row('… the first', ({ times }) => times[0]!);
}

function reportDrift(b: Benchmark, drifts: readonly Drift[]): void {
  const worst = (of: keyof Drift) => Math.max(...drifts.map((drift) => drift[of]));
  for (const [what, of] of [
    ['means', 'mean'],
    ['variances q', 'variance'],
    ['reductions n', 'reduction'],
  ] as const)
    b.row({
      claim: `drift of ${what} after ${numUpdates} updates beside solving anew, the worst seed`,
      measured: worst(of),
      numRuns: drifts.length,
      unit: 'of the largest',
      goal: { atMost: 1e-6 },
    });
  b.row({
    claim: 'residual of A⁻¹, largest of all updates',
    measured: worst('inverse'),
    numRuns: drifts.length,
    unit: '',
    goal: null,
  });
}
