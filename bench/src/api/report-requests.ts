import { type Benchmark, median, percentile } from '../harness.js';
import type { LoggedRequest, RequestKind } from './request-log.js';

const goals: Partial<Record<RequestKind, number>> = { lease: 50, annotate: 50 };
/** What was tried to be as fast, by what is asked for. */
const tried: Partial<Record<RequestKind, string>> = {
  lease:
    'prepared statements; a transaction whose statements go out together; keys of requests that are claimed and completed without waiting for the disk; open places that are looked up once while a ranking is far behind; leases given back and taken in one request; computations that give way to the API. Two cores are shared with the annotators, the worker, Postgres and Redis.',
  annotate:
    'three round trips in place of fourteen; prepared statements; the project’s row freed at once; keys of requests that are claimed and completed without waiting for the disk.',
};
const names: Record<RequestKind, string> = {
  lease: 'lease of the next 1 to 5 items',
  annotate: 'annotation',
  heartbeat: 'heartbeat',
  release: 'release',
  undo: 'undo',
  other: 'other',
};

/** How many requests there were, how long each kind took, and what was refused. */
export function reportRequests(
  b: Benchmark,
  requests: readonly LoggedRequest[],
  { numBehind, seconds }: { readonly numBehind: readonly number[]; readonly seconds: number },
): void {
  b.row({ claim: 'requests', measured: requests.length, unit: 'requests', goal: null });
  b.row({ claim: '… a second', measured: requests.length / seconds, unit: 'requests/s', goal: null });
  const times: Record<string, object> = {};
  for (const kind of Object.keys(names) as RequestKind[]) {
    const ms = requests.filter((r) => r.kind === kind && r.result === 'ok').map((r) => r.ms);
    if (ms.length === 0) continue;
    const p95 = percentile(ms, 95);
    times[kind] = {
      count: ms.length,
      median: median(ms),
      p95,
      p99: percentile(ms, 99),
      max: Math.max(...ms),
    };
    const goal = goals[kind];
    b.row({
      claim: `${names[kind]}, p95`,
      measured: p95,
      unit: 'ms',
      goal: goal === undefined ? null : { atMost: goal },
      ...(tried[kind] !== undefined && { tried: tried[kind] }),
    });
    if (goal !== undefined) b.row({ claim: '… median', measured: median(ms), unit: 'ms', goal: null });
  }
  b.detail('times of answered requests ms', times);
  b.row({
    claim: 'requests that the server failed at (5xx), or that could not reach it',
    measured: requests.filter(({ result, status }) => result === 'unreachable' || (status ?? 0) >= 500)
      .length,
    unit: 'requests',
    goal: { atMost: 0 },
  });
  const results = new Map<string, number>();
  for (const { result } of requests) results.set(result, (results.get(result) ?? 0) + 1);
  results.delete('ok');
  for (const [result, count] of [...results].sort(([a], [b]) => (a < b ? -1 : 1)))
    b.row({
      claim: result === 'lost' ? '… given up by the client on purpose' : `… answered with ${result}`,
      measured: count,
      unit: 'requests',
      goal: null,
    });
  if (numBehind.length > 0)
    b.row({
      claim: 'labels that the ranking did not know yet when items were leased, p95',
      measured: percentile(numBehind, 95),
      unit: 'labels',
      goal: null,
    });
}
