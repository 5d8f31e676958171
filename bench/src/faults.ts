// The fault tests (test/integration/faults-*.test.ts), the long ones too, so many times: nothing may be lost, and every
// round must end as it would have without the fault. npm run bench -- faults [--runs 5] [--only PATTERN]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { runFaultTests, type TestRun } from './faults/run-tests.js';
import { type Benchmark, runBenchmark } from './harness.js';

const { values: args } = parseArgs({
  options: { runs: { type: 'string', default: '5' }, only: { type: 'string' } },
});
const trialDir = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../.cache/trials');
const numRuns = Number(args.runs);
if (!Number.isInteger(numRuns) || numRuns < 1)
  throw new RangeError(`--runs ${args.runs} is no number of runs; write --runs 5`);

await runBenchmark('faults', measure, args.only === undefined ? {} : { resultsDir: trialDir });

async function measure(b: Benchmark): Promise<void> {
  const all: TestRun[] = [];
  for (let i = 1; i <= numRuns; i++) {
    const runs = await runFaultTests(args.only);
    all.push(...runs);
    b.progress(
      `run ${i} of ${numRuns}: ${runs.filter((run) => !run.hasPassed).length} of ${runs.length} failed`,
    );
  }
  reportTotals(b, all);
  for (const title of new Set(all.map((run) => run.title)))
    reportTest(
      b,
      title,
      all.filter((run) => run.title === title),
    );
  const failed = all.filter((run) => !run.hasPassed);
  b.detail(
    'failures',
    failed.map(({ title, messages }) => ({ title, messages })),
  );
  b.detail(
    'seconds',
    all.map(({ title, seconds }) => ({ title, seconds })),
  );
}

/** What the tests have counted, of all of them together; nothing of what none of them compared. */
function reportTotals(b: Benchmark, all: readonly TestRun[]): void {
  const sum = (name: keyof TestRun['figures']) => all.reduce((n, { figures }) => n + (figures[name] ?? 0), 0);
  const [numAnnotations, numPlaces] = [sum('numAnnotations'), sum('numPlaces')];
  const row = (claim: string, measured: number) => b.row({ claim, measured, unit: '', goal: { atMost: 0 } });
  if (numAnnotations > 0) {
    row(`annotations lost, of ${numAnnotations} acknowledged`, sum('numLost'));
    row(`annotations doubled, of ${numAnnotations} acknowledged`, sum('numDoubled'));
  }
  if (numPlaces > 0)
    row(`places of rankings other than without the fault, of ${numPlaces}`, sum('numPlacesDifferent'));
}

function reportTest(b: Benchmark, title: string, runs: readonly TestRun[]): void {
  b.row({
    claim: `runs in which this did not hold: ${title}`,
    measured: runs.filter((run) => !run.hasPassed).length,
    unit: 'runs',
    numRuns: runs.length,
    goal: { atMost: 0 },
  });
}
