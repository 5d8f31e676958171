import { startComputeThread } from '@tangent/compute';
import { median, percentile, runBenchmark } from './harness.js';
import type { handlers, LiveOptions } from './pools/live-thread.js';

// Live labeling of a large pool: after every label all means, all scores and the head of the queue, by an exact rank-one
// update in the compute thread, timed from the caller’s side.

const options: LiveOptions = {
  seed: 1,
  numItems: 100_000,
  dimension: 512,
  numClasses: 10,
  numLabels: 500,
  headSize: 1_000,
};
const numUpdates = 1_000;

await runBenchmark('live', async (b) => {
  b.seeds([options.seed]);
  b.detail('parameters', { ...options, numUpdates });
  const thread = startComputeThread<typeof handlers>(new URL('./pools/live-thread.js', import.meta.url));
  try {
    let head = await thread.call('open', options);
    b.progress('the pool is there');
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
    const name = `label → all means, scores and the ${options.headSize} best of ${options.numItems} items`;
    // The first updates compile the pass.
    const warm = times.slice(10);
    b.row({ claim: `${name}, p95`, measured: percentile(warm, 95), unit: 'ms', goal: { atMost: 50 } });
    b.row({ claim: '… median', measured: median(warm), unit: 'ms', goal: null });
    b.row({
      claim: '… then settling, after the answer, median',
      measured: median(settling),
      unit: 'ms',
      goal: null,
    });
    b.row({ claim: '… the first', measured: times[0]!, unit: 'ms', goal: null });
    b.progress('solving anew');
    const drift = await thread.call('drift', undefined);
    const rows = [
      ['means', drift.mean],
      ['variances q', drift.variance],
      ['reductions n', drift.reduction],
    ] as const;
    for (const [what, measured] of rows)
      b.row({
        claim: `drift of ${what} after ${numUpdates} updates beside solving anew`,
        measured,
        unit: 'of the largest',
        goal: { atMost: 1e-6 },
      });
    b.row({
      claim: 'residual of A⁻¹, largest of all updates',
      measured: drift.inverse,
      unit: '',
      goal: null,
    });
    b.detail('times ms', times);
  } finally {
    await thread.close();
  }
});
