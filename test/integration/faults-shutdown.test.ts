import { type JobQueue, openQueue } from '@tangent/queue';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { rankingByName, useFaultHouse } from './support/faults.js';
import type { Place } from './support/gates.js';

// A worker that is told to stop (SIGTERM: a new version, a machine taken out) in the middle of a job.

const house = useFaultHouse({ numWorkers: 1 });
let queue: JobQueue;
beforeAll(async () => {
  queue = await openQueue({ kind: 'redis', url: house.stack.redisUrl! });
});
afterAll(() => queue?.close());

/** Of apps/worker/src/main.ts: so long it waits for its jobs; two seconds more, and it ends with 1, whatever holds it. */
const waitsMs = 8000;
const inTime = 0;

/** Tells it to stop; when it has understood, `meanwhile`; then its end. */
async function stopWorker(meanwhile: () => Promise<unknown> = async () => {}) {
  const from = performance.now();
  const numStops = () => house.worker.log(5000).split('"msg":"stopping"').length;
  const before = numStops();
  const gone = house.worker.kill('SIGTERM');
  await expect.poll(numStops).toBe(before + 1);
  await meanwhile();
  await gone;
  return { exitCode: house.worker.exitCode, ms: performance.now() - from };
}

const namesOf = async (state: 'active' | 'waiting', roundId: string) =>
  (await queue.jobs('rounds', state, 100)).filter((job) => job.roundId === roundId).map(({ name }) => name);

// Five starts of a worker: longer than other tests on a machine with much else to do.
test('a worker told to stop in any phase leaves no job behind, and changes nothing', {
  timeout: 400_000,
}, async ({ task }) => {
  const places: Place[] = ['the model', 'the features of shard 1', 'the reduction', 'the scores of shard 2'];
  let gate = await house.close(places[0]!);
  const roundId = await house.startRound();
  for (const next of [...places.slice(1), 'the ranking' as const, undefined]) {
    await gate.reached();
    const later = next && (await house.close(next));
    const { exitCode } = await stopWorker(() => gate.open());
    expect(exitCode).toBe(inTime);
    expect(await namesOf('active', roundId)).toEqual([]);
    await house.worker.start();
    if (later) gate = later;
  }
  await house.expectAsUndisturbed(roundId, task);
});

test('a worker told to stop in the middle of a training hands it back at once, and another begins anew', {
  timeout: 400_000,
}, async () => {
  const long = async () => {
    const { id } = await house.client.createRound({
      params: { projectId: house.projectId },
      body: { seed: 5, model: { hidden: [64], steps: 1000 } },
    });
    return id;
  };
  const undisturbed = await long();
  await house.client.waitForRound(undisturbed);

  const roundId = await long();
  await expect
    .poll(() => house.db.query('SELECT snapshot_key FROM rounds WHERE id = $1', [roundId]))
    .toEqual([{ snapshot_key: expect.any(String) }]);
  const { exitCode } = await stopWorker();
  expect(exitCode).toBe(inTime);
  expect(await house.client.getRound({ params: { roundId } })).toMatchObject({ status: 'training' });
  expect([await namesOf('active', roundId), await namesOf('waiting', roundId)]).toEqual([
    [],
    ['train-model'],
  ]);
  await house.worker.start();
  const ranking = await rankingByName(house, roundId);
  expect(ranking).toEqual(await rankingByName(house, undisturbed));
});

test('a worker that cannot stop ends all the same, and another takes its job over', async ({ task }) => {
  const gate = await house.close('the features of shard 1');
  const roundId = await house.startRound();
  await gate.reached();
  const { exitCode, ms } = await stopWorker();
  expect(exitCode).not.toBeNull(); // nobody had to kill it
  expect(ms).toBeGreaterThan(waitsMs);
  expect(house.worker.log(20)).toContain(
    `1 jobs did not stop within ${waitsMs} ms; another worker takes them over`,
  );
  await gate.open();
  await house.worker.start();
  await house.expectAsUndisturbed(roundId, task);
});
