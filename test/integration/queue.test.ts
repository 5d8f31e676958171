import { type QueueMessage, TangentError } from '@tangent/contracts';
import { newId } from '@tangent/database';
import { openQueue } from '@tangent/queue';
import { describe, expect, test } from 'vitest';
import { startThrowAwayPostgres, startThrowAwayRedis } from '../../scripts/lib/stack.mjs';
import { outage, recorder, untilAborted, useQueue } from './support/queue.js';

/** As soon as a busy machine can: a job of a killed worker takes six seconds on an idle one. */
const soon = { timeout: 60_000, interval: 20 };
const newRound = () => newId('round');
const last = newRound();
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe.each(['redis', 'postgres'] as const)('the queue on %s', (kind) => {
  const house = useQueue(kind);

  test('a parent runs after all of its shards, with the payloads of the message', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder();
    house.consume(queue, jobs);
    const roundId = newRound();
    await queue.publish({ kind: 'featurize', roundId, attempt: 2, shards: range(7) });
    await expect.poll(() => jobs.seen.at(-1)?.name, soon).toBe('reduce-features');
    expect(jobs.seen.map(({ name }) => name)).toEqual([
      ...range(7).map(() => 'compute-features'),
      'reduce-features',
    ]);
    expect(jobs.seen.slice(0, 7).map(({ payload }) => payload.shardIndex)).toEqual(range(7));
    expect(jobs.seen[3]!.payload).toEqual({ roundId, attempt: 2, shardIndex: 3 });
    expect(jobs.seen[7]!.payload).toEqual({ roundId, attempt: 2 });
  });

  test('a parent without shards runs at once', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder();
    house.consume(queue, jobs);
    await queue.publish({ kind: 'score', roundId: newRound(), attempt: 1, shards: [] });
    await expect.poll(() => jobs.seen.map(({ name }) => name), soon).toEqual(['select-batch']);
  });

  test('a message that is published again, before, while and after it is done, is done once', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder();
    const messages: QueueMessage[] = [
      { kind: 'train', roundId: newRound(), attempt: 1 },
      { kind: 'score', roundId: newRound(), attempt: 1, shards: [0, 1] },
      { kind: 'import', operationId: 'opn_1' },
    ];
    const publishAll = () => Promise.all(messages.map((message) => queue.publish(message)));
    await publishAll();
    await publishAll();
    house.consume(queue, jobs);
    await publishAll();
    const names = () => jobs.seen.map(({ name }) => name).sort();
    const all = ['import-file', 'score-shard', 'score-shard', 'select-batch', 'train-model'];
    await expect.poll(names, soon).toEqual(all);
    await publishAll();
    // Whatever the messages had added would run before this one.
    await queue.publish({ kind: 'train', roundId: last, attempt: 1 });
    await expect.poll(() => jobs.seen.at(-1)?.payload.roundId, soon).toBe(last);
    expect(names()).toEqual([...all, 'train-model']);
  });

  test('a paused queue is taken from by nobody until it is resumed, and the other one goes on', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder();
    expect(await queue.pause('rounds')).toMatchObject({ name: 'rounds', isPaused: true });
    house.consume(queue, jobs);
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    await queue.publish({ kind: 'import', operationId: 'opn_3' });
    await expect.poll(() => jobs.seen.map(({ name }) => name), soon).toEqual(['import-file']);
    const [rounds, imports] = await queue.list();
    expect(rounds).toMatchObject({ name: 'rounds', isPaused: true, counts: { waiting: 1, active: 0 } });
    expect(imports).toMatchObject({ name: 'imports', isPaused: false, counts: { waiting: 0 } });
    expect(await queue.resume('rounds')).toMatchObject({ isPaused: false });
    await expect.poll(() => jobs.seen.at(-1)?.name, soon).toBe('train-model');
  });

  test('what waits is taken away, and comes back with its message; a round of which a shard runs keeps its jobs', async () => {
    const queue = await house.open(house.backend());
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const jobs = recorder(async ({ name }) => {
      if (name === 'compute-features') await held;
    });
    house.consume(queue, jobs);
    const messages: QueueMessage[] = [
      { kind: 'featurize', roundId: newRound(), attempt: 1, shards: [0, 1, 2] },
      { kind: 'score', roundId: newRound(), attempt: 1, shards: [0, 1] },
      { kind: 'train', roundId: newRound(), attempt: 1 },
    ];
    await queue.publish(messages[0]!);
    await expect.poll(() => jobs.seen.length, soon).toBe(1);
    await queue.publish(messages[1]!);
    await queue.publish(messages[2]!);

    const numRemoved = await queue.drain('rounds', async () => {
      const [rounds] = await queue.list();
      expect(rounds).toMatchObject({
        isPaused: true,
        counts: { active: 1, waiting: 2, waitingForOthers: 1, delayed: 0 },
      });
      for (const message of messages) await queue.publish(message);
    });
    expect(numRemoved).toBe(4);
    release();
    const all = [
      ...range(3).map(() => 'compute-features'),
      'reduce-features',
      ...range(2).map(() => 'score-shard'),
      'select-batch',
      'train-model',
    ];
    await expect.poll(() => jobs.seen.map(({ name }) => name).sort(), soon).toEqual(all);
    const parents = jobs.seen.filter(({ name }) => /reduce|select/.test(name));
    expect(parents.map(({ payload }) => payload.roundId).sort()).toEqual(
      messages
        .slice(0, 2)
        .map((message) => 'roundId' in message && message.roundId)
        .sort(),
    );
    await expect.poll(async () => (await queue.list())[0]!.counts.active, soon).toBe(0);
    expect(jobs.failed).toEqual([]);
  });

  test('a drain that fails leaves the queue as it was: running, or paused', async () => {
    const queue = await house.open(house.backend());
    const isPaused = async () => (await queue.list())[0]!.isPaused;
    const drain = () =>
      queue.drain('rounds', async () => {
        expect(await isPaused()).toBe(true);
        throw new Error('the database is away');
      });
    await expect(drain()).rejects.toThrow('the database is away');
    expect(await isPaused()).toBe(false);
    await queue.pause('rounds');
    await expect(drain()).rejects.toThrow('the database is away');
    expect(await isPaused()).toBe(true);
  });

  test('how long the next job has waited is told, of a paused queue too', async () => {
    const queue = await house.open(house.backend());
    const none = { isPaused: false, numWaiting: 0, numActive: 0, numFailed: 0, oldestWaitingMs: null };
    expect(await queue.backlog()).toEqual([
      { queue: 'rounds', ...none },
      { queue: 'imports', ...none },
    ]);
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    const firstIsThere = Date.now();
    await expect.poll(() => Date.now() - firstIsThere, soon).toBeGreaterThan(1000);
    for (let i = 0; i < 12; i++) await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    const expectFirst = async (isPaused: boolean) => {
      const asked = Date.now();
      const [rounds, imports] = await queue.backlog();
      expect(rounds).toMatchObject({ queue: 'rounds', isPaused, numWaiting: 13, numActive: 0 });
      expect(rounds!.oldestWaitingMs).toBeGreaterThanOrEqual(asked - firstIsThere);
      expect(imports).toEqual({ queue: 'imports', ...none });
    };
    await expectFirst(false);
    await queue.pause('rounds');
    await expectFirst(true);
  });

  test('an outage is tried again, and counted', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder(async ({ tryNumber }) => {
      if (tryNumber < 3) throw outage();
    });
    house.consume(queue, jobs);
    await queue.publish({ kind: 'import', operationId: 'opn_2' });
    await expect.poll(() => jobs.seen.map(({ tryNumber }) => tryNumber), soon).toEqual([1, 2, 3]);
    expect(jobs.failed).toEqual([]);
  });

  test('a bug in a shard fails at once, is told with its payload, and its parent never runs', async () => {
    const queue = await house.open(house.backend());
    const roundId = newRound();
    let isBroken = true;
    const jobs = recorder(async ({ payload }) => {
      if (isBroken && payload.shardIndex === 1) throw new RangeError('a matrix is not square');
    });
    house.consume(queue, jobs);
    const message: QueueMessage = { kind: 'featurize', roundId, attempt: 1, shards: [0, 1, 2] };
    await queue.publish(message);
    await expect.poll(() => jobs.failed.length, soon).toBe(1);
    expect(jobs.failed[0]).toMatchObject({
      name: 'compute-features',
      payload: { roundId, attempt: 1, shardIndex: 1 },
      error: { message: 'a matrix is not square' },
    });
    await queue.publish({ kind: 'train', roundId, attempt: 2 });
    await expect.poll(() => jobs.seen.at(-1)?.name, soon).toBe('train-model');
    expect(jobs.seen.filter(({ name }) => name === 'reduce-features')).toEqual([]);
    expect(jobs.failed).toHaveLength(1);

    // The parent has failed with its shard: what is published anew runs, for the truth says that it must.
    isBroken = false;
    await expect
      .poll(async () => {
        await queue.publish(message);
        return jobs.seen.at(-1)?.name;
      }, soon)
      .toBe('reduce-features');
  });

  test('a failure that could not be written is not lost: the job comes back', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder(async () => {
      throw new RangeError('always');
    });
    let numTold = 0;
    house.consume(queue, {
      ...jobs,
      onFailed: async (job, error) => {
        if (++numTold === 1) throw new Error('the database is away');
        await jobs.onFailed(job, error);
      },
    });
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    await expect.poll(() => jobs.failed.length, soon).toBe(1);
    expect(jobs.seen.map(({ tryNumber }) => tryNumber)).toEqual([1, 1]);
    expect(jobs.logged.join()).toContain('the database is away');
  });

  test('another worker takes over the jobs of one that was killed, again and again', async () => {
    const backend = house.backend();
    const queue = await house.open(backend);
    await queue.publish({ kind: 'score', roundId: newRound(), attempt: 1, shards: [0, 1] });
    for (let i = 0; i < 2; i++) {
      const doomed = house.spawnConsumer(backend, 'score-shard');
      await expect.poll(() => doomed.lines, soon).toHaveLength(1);
      await doomed.kill();
    }
    const jobs = recorder();
    house.consume(queue, jobs);
    await expect.poll(() => jobs.seen.at(-1)?.name, soon).toBe('select-batch');
    expect(jobs.seen.map(({ tryNumber }) => tryNumber)).toEqual([1, 1, 1]);
    expect(jobs.failed).toEqual([]);
  });

  test('closing gives a running job to another worker at once, and counts no try', async () => {
    const queue = await house.open(house.backend());
    const first = recorder((_, { signal }) => untilAborted(signal));
    const stopping = house.consume(queue, first);
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    await expect.poll(() => first.seen, soon).toHaveLength(1);
    await stopping.close(5000);
    expect(first.failed).toEqual([]);
    const second = recorder();
    house.consume(queue, second);
    await expect.poll(() => second.seen, { timeout: 3000, interval: 20 }).toHaveLength(1);
    expect(second.seen[0]!.tryNumber).toBe(1);
  });

  test('closing waits no longer than it was told to, and the job that did not stop is taken over', async () => {
    const queue = await house.open(house.backend());
    let release = () => {};
    const stubborn = recorder(
      () =>
        new Promise((resolve) => {
          release = resolve;
        }),
    );
    const closing = house.consume(queue, stubborn);
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    await expect.poll(() => stubborn.seen, soon).toHaveLength(1);
    const from = performance.now();
    await closing.close(200);
    expect(performance.now() - from).toBeLessThan(3000);
    const other = recorder();
    house.consume(queue, other);
    await expect.poll(() => other.seen, soon).toHaveLength(1);
    release();
  });

  test('a paused consumer takes nothing until it is resumed', async () => {
    const queue = await house.open(house.backend());
    const jobs = recorder();
    const consumer = house.consume(queue, jobs);
    await consumer.pause();
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    const other = recorder();
    const taking = house.consume(queue, other);
    await expect.poll(() => other.seen, soon).toHaveLength(1);
    await taking.close(1000);
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    expect(jobs.seen).toEqual([]);
    await consumer.resume();
    await expect.poll(() => jobs.seen, soon).toHaveLength(1);
  });

  test('what waits of a cancelled round is taken away; a shard that runs ends as it likes', async () => {
    const queue = await house.open(house.backend());
    const round = { roundId: newRound(), attempt: 1 };
    await queue.publish({ kind: 'train', ...round });
    await queue.publish({ kind: 'featurize', ...round, shards: range(5) });
    await queue.cancelRound(round);
    let release = () => {};
    const isReleased = new Promise<void>((resolve) => {
      release = resolve;
    });
    const jobs = recorder(({ name }) => (name === 'score-shard' ? isReleased : Promise.resolve()));
    house.consume(queue, jobs);
    const running = { roundId: newRound(), attempt: 1 };
    await queue.publish({ kind: 'score', ...running, shards: range(5) });
    await expect.poll(() => jobs.seen, soon).toHaveLength(1);
    await queue.cancelRound(running);
    await queue.cancelRound({ roundId: newRound(), attempt: 1 });
    release();
    await queue.publish({ kind: 'import', operationId: 'opn_3' });
    await queue.publish({ kind: 'train', roundId: last, attempt: 1 });
    await expect.poll(() => jobs.seen.map(({ payload }) => payload.roundId), soon).toContain(last);
    expect(jobs.seen.filter(({ payload }) => payload.roundId === round.roundId)).toEqual([]);
    expect(jobs.seen.filter(({ name }) => name === 'score-shard')).toHaveLength(1);
    expect(jobs.failed).toEqual([]);
  });

  test('two installations on one server do not see each other', async () => {
    const [ours, theirs] = [await house.open(house.backend()), await house.open(house.backend())];
    const jobs = recorder();
    house.consume(ours, jobs);
    await theirs.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    await ours.publish({ kind: 'train', roundId: last, attempt: 1 });
    await expect.poll(() => jobs.seen.map(({ payload }) => payload.roundId), soon).toEqual([last]);
  });

  test('a process that closes its consumer and queue ends: nothing is left open', async () => {
    const backend = house.backend();
    const queue = await house.open(backend);
    const child = house.spawnConsumer(backend);
    await queue.publish({ kind: 'featurize', roundId: newRound(), attempt: 1, shards: [0] });
    await expect.poll(() => child.lines, soon).toEqual(['compute-features 0', 'reduce-features -']);
    expect(await child.close()).toBe(0);
  });

  test('a server that is away is said to be so, soon', async () => {
    const from = performance.now();
    const opening = openQueue(
      kind === 'redis'
        ? { kind, url: 'redis://127.0.0.1:9' }
        : { kind, databaseUrl: 'postgresql://nobody@127.0.0.1:9/none' },
    );
    await expect(opening).rejects.toThrow(TangentError);
    await expect(opening).rejects.toMatchObject({ code: 'queue-unavailable', status: 503 });
    expect(performance.now() - from).toBeLessThan(8000);
  });

  test('a server that goes away is said to be so, soon, and closing does not wait for it', async () => {
    const server = kind === 'redis' ? await startThrowAwayRedis() : await startThrowAwayPostgres();
    const jobs = recorder();
    const queue = await openQueue(
      'url' in server
        ? { kind: 'redis', url: server.url }
        : { kind: 'postgres', databaseUrl: server.urlOf('postgres') },
    );
    const consumer = queue.consume(jobs);
    await queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 });
    await expect.poll(() => jobs.seen, soon).toHaveLength(1);
    await server.stop();
    const from = performance.now();
    await expect(queue.publish({ kind: 'train', roundId: newRound(), attempt: 1 })).rejects.toMatchObject({
      code: 'queue-unavailable',
    });
    await expect(queue.ping()).rejects.toMatchObject({ code: 'queue-unavailable' });
    expect(performance.now() - from).toBeLessThan(12_000);
    await consumer.close(1000);
    await queue.close();
    expect(performance.now() - from).toBeLessThan(20_000);
    expect(jobs.logged.length).toBeLessThan(50);
  });
});
