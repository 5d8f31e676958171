import { login } from '@tangent/client';
import { type Benchmark, median, percentile } from '../harness.js';
import { type Bench, importDemoPool, runRound } from './with-stack.js';

/** Two annotators, 50 lease requests at once. */
export async function measureLeaseStorm(b: Benchmark, { client, stack }: Bench): Promise<void> {
  const { projectId } = await importDemoPool(client);
  const roundId = await runRound(client, projectId, 1);
  const email = 'second@tangent.test';
  const password = 'a-password-for-the-benchmark';
  const second = await client.createUser({ body: { email, name: 'Second', password } });
  await client.putMember({ params: { projectId, userId: second.id }, body: { role: 'annotator' } });
  const other = await login({ baseUrl: stack.apiUrl }, email, password);
  const times: number[] = [];
  const leases = await Promise.all(
    Array.from({ length: 50 }, async (_, i) => {
      const from = performance.now();
      const { items } = await (i % 2 ? other.client : client).createLeases({
        params: { projectId },
        body: { count: 1 },
      });
      times.push(performance.now() - from);
      return items[0]!;
    }),
  );
  const ids = leases.map(({ item }) => item.id);
  const { items } = await client.getRoundRanking({ params: { roundId }, query: { limit: 50 } });
  const head = new Set(items.map(({ itemId }) => itemId));
  b.row({
    claim: '50 leases at once by two annotators: items leased twice',
    measured: ids.length - new Set(ids).size,
    unit: 'items',
    goal: { atMost: 0 },
  });
  b.row({
    claim: '… items outside the first 50 ranks',
    measured: ids.filter((id) => !head.has(id)).length,
    unit: 'items',
    goal: { atMost: 0 },
  });
  b.row({ claim: '… median and p95 of a request', measured: median(times), unit: 'ms', goal: null });
  b.detail('lease storm p95 ms', percentile(times, 95));
}
