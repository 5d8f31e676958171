import { measureBadInput } from './first-line/bad-input.js';
import { measureCurves } from './first-line/curves.js';
import { measureInstall } from './first-line/install.js';
import { measureLeaseStorm } from './first-line/lease-storm.js';
import { measureLiveLatency } from './first-line/live-latency.js';
import { measureSuite } from './first-line/suite.js';
import { withStack } from './first-line/with-stack.js';
import { measureWorkerDeath } from './first-line/worker-death.js';
import { runBenchmark } from './harness.js';

// What the first line through the house promises. BENCH_ONLY=live,curves,… runs some parts and writes them to a report
// of their own, first-line-live-curves; BENCH_SEEDS sets the number of seeds of the curves (5).

const parts = ['live', 'death', 'leases', 'bad-input', 'curves', 'install', 'suite'] as const;
const only = process.env.BENCH_ONLY?.split(',') ?? parts;
const name = process.env.BENCH_ONLY ? `first-line-${only.join('-')}` : 'first-line';
const isOn = (part: (typeof parts)[number]) => only.includes(part);

await runBenchmark(name, async (b) => {
  if (isOn('live')) await withStack({}, (bench) => measureLiveLatency(b, bench));
  if (isOn('death')) await withStack({}, (bench) => measureWorkerDeath(b, bench));
  if (isOn('leases')) await withStack({}, (bench) => measureLeaseStorm(b, bench));
  if (isOn('bad-input')) await withStack({}, (bench) => measureBadInput(b, bench));
  if (isOn('curves'))
    await withStack({}, (bench) => measureCurves(b, bench, Number(process.env.BENCH_SEEDS ?? 5)));
  if (isOn('install')) await measureInstall(b);
  if (isOn('suite')) await measureSuite(b);
});
