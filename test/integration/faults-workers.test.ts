import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { openQueue } from '@tangent/queue';
import { beforeAll, expect, test } from 'vitest';
import type { StackProcess } from '../../scripts/lib/stack.mjs';
import { cuttableLine } from './support/cuttable-line.js';
import { isThorough, jobsDoneBy, linesOf, useFaultHouse } from './support/faults.js';
import type { Place } from './support/gates.js';

// What happens to workers in the middle of a round, and that nothing comes of it: each round ends with every bit that an
// undisturbed round of the same seed and pool had.

const house = useFaultHouse({ numWorkers: 2 });
// The second one is started where it is wanted.
beforeAll(() => house.stack.workers[1]!.kill());

/** A round whose worker is killed at each of the places in turn, and started again. */
async function roundKilledAt(places: readonly Place[]): Promise<string> {
  let gate = await house.close(places[0]!);
  const roundId = await house.startRound();
  for (const next of [...places.slice(1), undefined]) {
    await gate.reached();
    await house.worker.kill('SIGKILL');
    const later = next && (await house.close(next));
    await gate.open();
    await house.worker.start();
    if (later) gate = later;
  }
  return roundId;
}

// Five takeovers: longer than other tests on a machine with much else to do.
test('a worker killed with -9 in every phase changes nothing', { timeout: 400_000 }, async ({ task }) => {
  const roundId = await roundKilledAt([
    'the model',
    'the features of shard 1',
    'the reduction',
    'the scores of shard 2',
    'the ranking',
  ]);
  await house.expectAsUndisturbed(roundId, task);
});

test('a worker that was frozen past its lock, and whose job another did, is refused what it writes when it wakes', async ({
  task,
}) => {
  const line = await cuttableLine(house.stack.redisUrl!);
  await house.worker.kill();
  await house.worker.start({ env: { REDIS_URL: line.url } });
  const gate = await house.close('the start of shard 1');
  const roundId = await house.startRound();
  await gate.reached();
  process.kill(house.worker.pid!, 'SIGSTOP');
  await gate.open();
  const [, second] = house.stack.workers;
  await second!.start();
  await house.expectAsUndisturbed(roundId, task);
  await second!.kill();
  const written = await writtenOf(roundId);

  // Without the queue it cannot hear that the job is another's: it computes the shard to its end, and writes.
  await line.cut();
  const numDone = jobsDoneBy(house.worker, roundId).length;
  process.kill(house.worker.pid!, 'SIGCONT');
  await expect
    .poll(() => jobsDoneBy(house.worker, roundId).slice(numDone), { timeout: 150_000 })
    .toEqual(['compute-features']);
  expect(await writtenOf(roundId)).toEqual(written);

  await line.mend();
  await house.expectAsUndisturbed(await house.startRound(), task);
  await house.worker.kill();
  await line.cut();
  await house.worker.start();
});

test('jobs that are delivered to two workers at once are done once', async ({ task }) => {
  // Each worker takes from a queue of its own, and every message of the round goes into both.
  const [, second] = house.stack.workers;
  await second!.start({ env: { TANGENT_QUEUE: 'postgres' } });
  const { redisUrl, programUrl } = house.stack;
  const queues = [
    await openQueue({ kind: 'redis', url: redisUrl! }),
    await openQueue({ kind: 'postgres', databaseUrl: programUrl }),
  ];
  try {
    const gate = await house.close('the model');
    const roundId = await house.startRound();
    const publishToBoth = async () => {
      const rows = await house.db.query<{ message: never }>(
        `SELECT message FROM outbox WHERE message ->> 'roundId' = $1 ORDER BY id`,
        [roundId],
      );
      for (const { message } of rows) for (const queue of queues) await queue.publish(message);
    };
    await publishToBoth();
    await expect.poll(() => numBusyWith('train-model', roundId), { timeout: 150_000 }).toBe(2);
    await gate.open();
    const perShard = [0, 1, 2].flatMap(() => ['compute-features', 'score-shard']);
    const all = ['train-model', 'reduce-features', 'select-batch', ...perShard].sort();
    for (const worker of [house.worker, second!])
      await expect
        .poll(
          async () => {
            await publishToBoth();
            return jobsDoneBy(worker, roundId).sort();
          },
          { timeout: 150_000 },
        )
        .toEqual(all);
    await house.expectAsUndisturbed(roundId, task);
  } finally {
    await second!.kill();
    for (const queue of queues) await queue.close();
  }
});

test('a worker whose clock jumps a day ahead, then two back, does the same', async ({ task }) => {
  const preload = new URL('./support/shifted-clock.mjs', import.meta.url);
  const dayMs = 86_400_000;
  await house.worker.kill();
  await house.worker.start({
    env: { NODE_OPTIONS: `--import ${preload.href}`, CLOCK_JUMPS_MS: `${dayMs},${-2 * dayMs}` },
  });
  const jump = async (numJumps: number) => {
    process.kill(house.worker.pid!, 'SIGUSR2');
    const numSeen = () => linesOf(house.worker).filter((line) => line.startsWith('the clock jumped')).length;
    await expect.poll(numSeen, { timeout: 10_000 }).toBe(numJumps);
  };
  const before = await house.close('the features of shard 1');
  const roundId = await house.startRound();
  await before.reached();
  await jump(1);
  const after = await house.close('the scores of shard 0');
  await before.open();
  await after.reached();
  await jump(2);
  await after.open();
  await house.expectAsUndisturbed(roundId, task);
  await house.worker.kill();
  await house.worker.start();
});

test('a round on a full disk fails with that, leaves no half blob, and goes on when there is room', async ({
  task,
}) => {
  const preload = new URL('./support/full-disk.mjs', import.meta.url);
  await house.worker.kill();
  await house.worker.start({ env: { NODE_OPTIONS: `--import ${preload.href}` } });
  const roundId = await house.startRound();
  const failed = await house.client.waitForRound(roundId);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'ENOSPC' } });
  expect(await readdir(path.join(house.stack.dataDir, 'blobs/incoming'))).toEqual([]);
  process.kill(house.worker.pid!, 'SIGUSR2');
  await house.client.retryRound({ params: { roundId } });
  await house.expectAsUndisturbed(roundId, task);
  await house.worker.kill();
  await house.worker.start();
});

test('a round whose blobs are refused fails with that, leaves no half blob, and goes on from there', async ({
  task,
  skip,
}) => {
  skip(process.platform !== 'linux', 'only Linux limits the files of a process that runs (prlimit)');
  // The system refuses what is larger than this: features, but no snapshot. Unlike a full disk, it is no passing state.
  await limitFiles(house.worker, 12_288);
  const roundId = await house.startRound();
  const failed = await house.client.waitForRound(roundId);
  expect(failed).toMatchObject({ status: 'failed', error: { code: 'EFBIG' } });
  expect(failed.error!.detail).toContain('compute-features');
  expect(await readdir(path.join(house.stack.dataDir, 'blobs/incoming'))).toEqual([]);
  await limitFiles(house.worker, 'unlimited');
  expect((await house.client.retryRound({ params: { roundId } })).attempt).toBe(2);
  await house.expectAsUndisturbed(roundId, task);
});

/** A limit that its owner can lift again. */
const limitFiles = (of: StackProcess, bytes: number | 'unlimited') =>
  promisify(execFile)('prlimit', ['--pid', String(of.pid), `--fsize=${bytes}:`]);

async function numBusyWith(job: string, roundId: string): Promise<number> {
  const rows = await house.db.query('SELECT 1 FROM workers WHERE current = $1', [`${job} ${roundId}`]);
  return rows.length;
}

/** Which transaction wrote each row of a round last. */
async function writtenOf(roundId: string): Promise<object[]> {
  return house.db.query(
    `SELECT 'round' AS row, xmin::text FROM rounds WHERE id = $1
     UNION ALL SELECT 'shard ' || index, xmin::text FROM round_shards WHERE round_id = $1
     UNION ALL SELECT 'ranking', xmin::text FROM rankings WHERE round_id = $1 AND kind = 'round'
     ORDER BY 1`,
    [roundId],
  );
}

if (isThorough)
  test.for<Place>([
    'the snapshot',
    'the model',
    'the features of shard 0',
    'the features of shard 1',
    'the features of shard 2',
    'the reduction',
    'the scores of shard 0',
    'the scores of shard 1',
    'the scores of shard 2',
    'the start of the selection',
    'the ranking',
  ])('a worker killed with -9 as it writes %s changes nothing', async (place, { task }) => {
    await house.expectAsUndisturbed(await roundKilledAt([place]), task);
  });
