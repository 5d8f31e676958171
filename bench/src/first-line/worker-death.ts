import type { Client } from '@tangent/client';
import type { Benchmark } from '../harness.js';
import { type Bench, importDemoPool, runRound } from './with-stack.js';

/** A round whose worker is killed with -9 in the middle, against an undisturbed round with the same seed. */
export async function measureWorkerDeath(b: Benchmark, { client, stack }: Bench): Promise<void> {
  const { projectId } = await importDemoPool(client);
  await runRound(client, projectId, 1);
  const body = { strategy: 'lookahead', seed: 7 } as const;
  const calm = await client.createRound({ params: { projectId }, body });
  await client.waitForRound(calm.id);
  const disturbed = await client.createRound({ params: { projectId }, body });
  for await (const event of client.streamEvents({ params: { projectId } }))
    if (event.type === 'round.progress' && event.roundId === disturbed.id && event.status === 'scoring')
      break;
  const killedAt = performance.now();
  await stack.workers[0]!.kill('SIGKILL');
  await stack.workers[0]!.start();
  const round = await client.waitForRound(disturbed.id);
  b.row({
    claim: 'kill -9 of the worker in scoring → round done',
    measured: (performance.now() - killedAt) / 1000,
    unit: 's',
    goal: null,
  });
  if (round.status !== 'done') throw new Error(`the disturbed round ended as ${round.status}`);
  const [left, right] = [await rankingOf(client, calm.id), await rankingOf(client, disturbed.id)];
  const equal = left.filter(
    ({ itemId, score }, i) => right[i]?.itemId === itemId && right[i]?.score === score,
  ).length;
  b.row({
    claim: 'places of the ranking equal to the undisturbed run',
    measured: equal / left.length,
    unit: 'share',
    goal: { atLeast: 1 },
  });
}

async function rankingOf(client: Client, roundId: string): Promise<{ itemId: string; score: number }[]> {
  const ranking: { itemId: string; score: number }[] = [];
  for await (const { itemId, score } of client.each('getRoundRanking', {
    params: { roundId },
    query: { limit: 1000 },
  }))
    ranking.push({ itemId, score });
  return ranking;
}
