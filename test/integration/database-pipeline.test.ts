import { beforeEach, expect, test } from 'vitest';
import { inPipeline } from '../../packages/database/src/core/pipelined.js';
import { useDatabase } from './support/database.js';

const house = useDatabase({ maxConnections: 2 }); // one for pipelines: what a test leaves behind meets the next
beforeEach(async () => {
  await house.db.query('DROP TABLE IF EXISTS notes');
  await house.db.query('CREATE TABLE notes (n int PRIMARY KEY)');
});

const add = 'INSERT INTO notes (n) VALUES ($1)';
const kept = async () =>
  (await house.db.query<{ n: number }>('SELECT n FROM notes ORDER BY n')).map(({ n }) => n);

test('statements that were sent ahead run in their order, in one transaction, which nobody sees before it ends', async () => {
  const seen = await inPipeline(house.db, async (tx) => {
    const [, rows] = await Promise.all([tx.query(add, [1]), tx.query<{ n: number }>('SELECT n FROM notes')]);
    expect(await kept()).toEqual([]);
    return rows;
  });
  expect(seen).toEqual([{ n: 1 }]);
  expect(await kept()).toEqual([1]);
});

test('once a statement has failed, those behind it fail, nothing is kept, and the connection is as good as before', async () => {
  const pidOf = () =>
    inPipeline(house.db, (tx) => tx.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'));
  const before = await pidOf();
  let outcomes: PromiseSettledResult<unknown>[] = [];
  const failing = inPipeline(house.db, async (tx) => {
    const sent = [tx.query(add, [1]), tx.query(add, [1]), tx.query(add, [2])];
    outcomes = await Promise.allSettled(sent);
    await Promise.all(sent);
  });
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
  expect(await kept()).toEqual([]);
  expect(await pidOf()).toEqual(before);
});

test('an error of its own takes everything back', async () => {
  const failing = inPipeline(house.db, async (tx) => {
    await tx.query(add, [1]);
    throw new RangeError('changed its mind');
  });
  await expect(failing).rejects.toThrow(new RangeError('changed its mind'));
  expect(await kept()).toEqual([]);
});

test('the last statement is committed when its answer comes; a failed one keeps nothing, and none may follow it', async () => {
  await inPipeline(house.db, async (tx) => {
    await Promise.all([tx.query(add, [1]), tx.last(add, [2])]);
    expect(await kept()).toEqual([1, 2]);
    expect(() => tx.query(add, [3])).toThrow('the transaction has ended');
  });
  const failing = inPipeline(house.db, (tx) => Promise.all([tx.query(add, [4]), tx.last(add, [1])]));
  await expect(failing).rejects.toMatchObject({ code: '23505' });
  expect(await kept()).toEqual([1, 2]);
});

test('the victim of a deadlock runs again, five times at most', async () => {
  const victim = `DO $$ BEGIN RAISE 'deadlock detected' USING ERRCODE = '40P01'; END $$`;
  let numRuns = 0;
  const run = (numLost: number) => {
    numRuns = 0;
    return inPipeline(house.db, async (tx) => {
      numRuns++;
      await tx.query(add, [10 * numLost + numRuns]);
      if (numRuns <= numLost) await tx.query(victim);
    });
  };
  await run(2);
  expect(numRuns).toBe(3);
  expect(await kept()).toEqual([23]);
  await expect(run(99)).rejects.toMatchObject({ code: '40P01' });
  expect(numRuns).toBe(5);
  expect(await kept()).toEqual([23]);
});
