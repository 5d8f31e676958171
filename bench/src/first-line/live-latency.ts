import { type Benchmark, median, percentile } from '../harness.js';
import { type Bench, importDemoPool, runRound } from './with-stack.js';

const numLabels = 100;

const triedOfLeases =
  'prepared statements; a transaction whose statements go out together; keys of requests that are claimed and completed without waiting for the disk';

/** Labels one by one, as an annotator does, and watches when the re-ranked queue is there. */
export async function measureLiveLatency(b: Benchmark, { client }: Bench): Promise<void> {
  const { projectId, truth } = await importDemoPool(client);
  await runRound(client, projectId, 1);
  const answered: number[] = [];
  const served: number[] = [];
  const leased: number[] = [];
  const stop = new AbortController();
  let onRanking: () => void = () => undefined;
  let labelSeqSeen = 0;
  const watching = (async () => {
    for await (const event of client.streamEvents({ params: { projectId } }, { signal: stop.signal }))
      if (event.type === 'ranking.updated') {
        labelSeqSeen = event.labelSeq;
        onRanking();
      }
  })();
  let known = 20;
  for (let i = 0; i < numLabels; i++) {
    const beforeLease = performance.now();
    const { items } = await client.createLeases({ params: { projectId }, body: { count: 1 } });
    leased.push(performance.now() - beforeLease);
    const { item, leaseId } = items[0]!;
    known++;
    const isRanked = new Promise<void>((resolve) => {
      onRanking = () => {
        if (labelSeqSeen >= known) resolve();
      };
    });
    const from = performance.now();
    await client.createAnnotation({
      params: { itemId: item.id },
      body: { leaseId, classKey: truth.get(item.id)! },
    });
    answered.push(performance.now() - from);
    await isRanked;
    served.push(performance.now() - from);
  }
  stop.abort();
  await watching;
  const { model } = await client.getPredictions({ params: { projectId }, query: { limit: 1 } });
  if (model?.numLiveUpdates !== numLabels)
    throw new Error(`${model?.numLiveUpdates} live updates after ${numLabels} labels`);
  b.row({
    claim: 'label → re-ranked queue served, 2,000 items, p95',
    measured: percentile(served, 95),
    unit: 'ms',
    goal: { atMost: 250 },
  });
  b.row({
    claim: 'label → re-ranked queue served, median',
    measured: median(served),
    unit: 'ms',
    goal: null,
  });
  b.row({
    claim: 'annotation answered (durable in Postgres), p95',
    measured: percentile(answered, 95),
    unit: 'ms',
    goal: { atMost: 50 },
    tried: `${triedOfLeases}; three round trips in place of fourteen.`,
  });
  b.row({
    claim: 'lease of the next item, p95',
    measured: percentile(leased, 95),
    unit: 'ms',
    goal: { atMost: 50 },
    tried: `${triedOfLeases}.`,
  });
  b.detail('live latency ms', { answered, served, leased });
}
