import { setTimeout as wait } from 'node:timers/promises';
import { type Client, isApiError } from '@tangent/client';
import type { Round } from '@tangent/contracts';
import type { Database, Queryable } from '@tangent/database';
import type { Stack } from '../../../scripts/lib/stack.mjs';

/** Sets how many of the stack's workers run: the first ones. */
export async function runWorkers({ workers }: Stack, count: number): Promise<void> {
  for (const [i, worker] of workers.entries()) {
    if (i < count && worker.pid === undefined) await worker.start();
    if (i >= count && worker.pid !== undefined) await worker.kill('SIGTERM');
  }
}

/** Waits until so many workers live, and none that was stopped is taken for alive. */
export async function untilWorkersLive(client: Client, projectId: string, count: number): Promise<void> {
  await until(`${count} workers live`, 120_000, async () => {
    const { workers } = await client.getProject({ params: { projectId } });
    return workers.numAlive === count || undefined;
  });
}

export interface TimedRound {
  readonly round: Round;
  /** From the request until it was seen done. */
  readonly seconds: number;
  /** Jobs of the round by each worker that did some, most first. */
  readonly jobs: readonly number[];
}

/**
 * One round from the request to its end. Returns when the model of the round serves, so that loading it disturbs no
 * other round.
 */
export async function timeRound(
  { client, db }: { readonly client: Client; readonly db: Database },
  projectId: string,
  body: { readonly seed: number; readonly kernel: { readonly dimension: number } },
): Promise<TimedRound> {
  const before = await readJobs(db);
  const from = performance.now();
  const { id } = await client.createRound({ params: { projectId }, body });
  const round = await client.waitForRound(id, { intervalMs: 100, timeoutMs: 3_600_000 });
  const seconds = (performance.now() - from) / 1000;
  if (round.status !== 'done')
    throw new Error(`the round ${id} ended as ${round.status}: ${round.error?.detail}`);
  await untilModelServes(client, projectId, id);
  const { items: shards } = await client.getRoundShards({ params: { roundId: id } });
  // Features and scores of every shard; one training, one reduction, one selection.
  const numJobs = 2 * shards.length + 3;
  const jobs = await until(`${numJobs} jobs are counted`, 60_000, async () => {
    const after = await readJobs(db);
    const done = [...after].map(([worker, count]) => count - (before.get(worker) ?? 0));
    return done.reduce((sum, count) => sum + count, 0) >= numJobs ? done : undefined;
  });
  return { round, seconds, jobs: jobs.filter((count) => count > 0).sort((a, b) => b - a) };
}

async function untilModelServes(client: Client, projectId: string, roundId: string): Promise<void> {
  const { items } = await client.listItems({ params: { projectId }, query: { limit: 1 } });
  const itemId = items[0]!.id;
  await until('the model of the round serves', 600_000, async () => {
    try {
      const explanation = await client.getExplanation({ params: { itemId } });
      return explanation.roundId === roundId || undefined;
    } catch (error) {
      if (isApiError(error, 'no-live-model')) return undefined;
      throw error;
    }
  });
}

/** How many jobs each worker has done since it started. */
async function readJobs(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ id: string; jobs: number }>(
    'SELECT id, num_jobs_done::int AS jobs FROM workers',
  );
  return new Map(rows.map(({ id, jobs }) => [id, jobs]));
}

async function until<T>(what: string, timeoutMs: number, look: () => Promise<T | undefined>): Promise<T> {
  const endsAt = performance.now() + timeoutMs;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (performance.now() > endsAt) throw new Error(`not within ${timeoutMs} ms: ${what}`);
    await wait(200);
  }
}
