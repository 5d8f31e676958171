// The same round of a large pool of vectors by one worker process and by three: the same ranking, bit for bit, and how
// long both take.
// npm run bench -- workers [--quick]
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { type RoundStatus, roundStatuses } from '@tangent/contracts';
import { openDatabase } from '@tangent/database';
import { type Bench, withStack } from './first-line/with-stack.js';
import { type Benchmark, median, runBenchmark } from './harness.js';
import { countAllDifferences, hashOf, type RoundBytes, readRoundBytes } from './workers/ranking-bytes.js';
import { runWorkers, type TimedRound, timeRound, untilWorkersLive } from './workers/run-rounds.js';
import { makeVectorProject, type VectorPlan } from './workers/vector-project.js';

const { values: args } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const plan: VectorPlan = {
  seed: 1,
  numItems: args.quick ? 5_000 : 100_000,
  dimension: 32,
  numClasses: 10,
  numLabels: 200,
};
const round = { seed: 7, kernel: { dimension: 512 } };
const counts = [1, 3];
/** Rounds before those that count: engines and caches of fresh processes settle there. Their rankings count all the same. */
const numWarmups = args.quick ? 0 : 1;
const numRepetitions = args.quick ? 1 : 3;
const numCores = availableParallelism();
const items = `${new Intl.NumberFormat('en').format(plan.numItems)} items`;

await runBenchmark(
  'workers',
  (b) => withStack({ queue: 'redis', numWorkers: Math.max(...counts) }, (bench) => measure(b, bench)),
  args.quick ? { resultsDir: trialDir } : {},
);

async function measure(b: Benchmark, { client, stack }: Bench): Promise<void> {
  b.seeds([plan.seed, round.seed]);
  b.detail('parameters', { ...plan, round, numWarmups, numRepetitions });
  const projectId = await makeVectorProject(client, plan);
  b.progress(`${items} are there`);
  const db = openDatabase({ url: stack.databaseUrl, maxConnections: 2 });
  const runs = new Map<number, TimedRound[]>(counts.map((count) => [count, []]));
  const differences = { ranking: 0, scores: 0 };
  let first: RoundBytes | undefined;
  try {
    for (const count of counts) {
      await runWorkers(stack, count);
      await untilWorkersLive(client, projectId, count);
      for (let repetition = 0; repetition < numWarmups + numRepetitions; repetition++) {
        const run = await timeRound({ client, db }, projectId, round);
        if (repetition >= numWarmups) runs.get(count)!.push(run);
        const bytes = await readRoundBytes(db, run.round.id);
        first ??= bytes;
        const found = countAllDifferences(first, bytes);
        differences.ranking += found.ranking;
        differences.scores += found.scores;
        b.progress(
          `${workers(count)}: ${run.seconds.toFixed(1)} s, jobs ${run.jobs.join(' + ')}, ranking ${hashOf(bytes.ranking).slice(0, 12)}`,
        );
      }
    }
  } finally {
    await db.close();
  }
  report(b, runs, { differences, first: first! });
}

function workers(count: number): string {
  return count === 1 ? '1 worker' : `${count} workers`;
}

function report(
  b: Benchmark,
  runs: ReadonlyMap<number, readonly TimedRound[]>,
  { differences, first }: { differences: { ranking: number; scores: number }; first: RoundBytes },
): void {
  const numRounds = counts.length * (numWarmups + numRepetitions);
  b.row({
    claim: `${items}: places of the ranking (${first.ranking.itemIds.length} items) with another item or another bit of the score, ${numRounds} rounds by 1 and 3 workers`,
    measured: differences.ranking,
    unit: 'places',
    goal: { atMost: 0 },
  });
  b.row({
    claim: '… first scores of the candidates with another bit',
    measured: differences.scores,
    unit: 'scores',
    goal: { atMost: 0 },
  });
  const seconds = (count: number) => median(runs.get(count)!.map((run) => run.seconds));
  for (const [count, timed] of runs) {
    b.row({
      claim: `${items}: a round by ${workers(count)}, from the request to its end, median`,
      measured: seconds(count),
      unit: 's',
      goal: null,
      numRuns: timed.length,
    });
    for (const [phase, ms] of phasesOf(timed))
      b.row({ claim: `… ${phase}`, measured: ms / 1000, unit: 's', goal: null, numRuns: timed.length });
  }
  b.row({
    claim: `1 worker’s time over ${workers(3)}’`,
    measured: seconds(1) / seconds(3),
    unit: '×',
    goal: null,
  });
  const most = runs.get(3)!.map(({ jobs }) => jobs[0]! / jobs.reduce((sum, count) => sum + count, 0));
  b.row({
    claim: 'share of the jobs of the busiest of 3 workers, median',
    measured: median(most),
    unit: 'share',
    goal: null,
  });
  b.detail(
    'rounds',
    [...runs].flatMap(([count, timed]) =>
      timed.map(({ round: { id, timings }, seconds: s, jobs }) => ({
        workers: count,
        id,
        seconds: s,
        jobs,
        timings,
      })),
    ),
  );
  b.note(
    `All runs are on BullMQ with Redis, which npm start takes where it can. A worker process computes with the threads of its engine already, so on the ${numCores} cores of this machine three of them share what one may use alone, beside API, Postgres and Redis: this shows that the result does not depend on how the shards are dealt out, and what dealing them out costs; not how much faster three machines are.`,
  );
  b.note(
    'Training, reduction and selection are one job each, whoever does it; only features and scores are dealt out.',
  );
}

/** Median milliseconds of each phase, in the order in which they come. */
function phasesOf(timed: readonly TimedRound[]): [string, number][] {
  const place = (name: string) => roundStatuses.indexOf(name.split('.')[0] as RoundStatus);
  const names = Object.keys(timed[0]!.round.timings).sort(
    (a, b) => place(a) - place(b) || (a < b ? -1 : a > b ? 1 : 0),
  );
  return names.map((name) => [name, median(timed.map(({ round: { timings } }) => timings[name] ?? 0))]);
}
