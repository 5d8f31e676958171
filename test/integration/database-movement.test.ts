import { channels, type QueueMessage } from '@tangent/contracts';
import {
  abandonIdempotent,
  beginIdempotent,
  completeIdempotent,
  completeUnhurried,
  countAliveWorkers,
  countOutbox,
  type Database,
  getProject,
  hashRequest,
  heartbeatWorker,
  inTransaction,
  listen,
  listWorkers,
  markWorkerStopped,
  notify,
  openDatabase,
  registerWorker,
  relayOutbox,
  removeOldKeys,
  removePublished,
  submitAnnotation,
  takeLostWorkers,
  writeOutbox,
} from '@tangent/database';
import { describe, expect, test, vi } from 'vitest';
import { codeOf, makeProject, makeUser, soon, useDatabase } from './support/database.js';

const house = useDatabase({ maxConnections: 20 });

describe('outbox', () => {
  const message = (operationId: string): QueueMessage => ({ kind: 'import', operationId });
  const write = (db: Database, ...ids: string[]) =>
    inTransaction(db, async (tx) => {
      for (const id of ids) await writeOutbox(tx, message(id));
    });
  const empty = (db: Database) => relayOutbox(db, async () => undefined, { limit: 10_000 });

  test('messages are published in their order, once, when publishing works', async () => {
    const { db } = house;
    await empty(db);
    await write(db, 'one', 'two');
    await write(db, 'three');
    const published: QueueMessage[] = [];
    const publish = async (m: QueueMessage) => {
      published.push(m);
    };
    expect(await relayOutbox(db, publish, { limit: 2 })).toEqual({ numPublished: 2, numFailed: 0 });
    expect(await countOutbox(db)).toMatchObject({ numWaiting: 1 });
    await relayOutbox(db, publish);
    await relayOutbox(db, publish);
    expect(published).toEqual([message('one'), message('two'), message('three')]);
    expect(await countOutbox(db)).toEqual({ numWaiting: 0, oldestAgeMs: null });
  });

  test('a message whose publishing fails stays, with its error, and does not hold up the others', async () => {
    const { db } = house;
    await empty(db);
    await write(db, 'bad', 'good');
    const published: string[] = [];
    let isBroken = true;
    const publish = async (m: QueueMessage) => {
      if (m.kind !== 'import') throw new Error('unexpected');
      if (m.operationId === 'bad' && isBroken) throw new Error('the queue is away');
      published.push(m.operationId);
    };
    expect(await relayOutbox(db, publish)).toEqual({ numPublished: 1, numFailed: 1 });
    const [waiting] = await db.prisma.outboxMessage.findMany({ where: { publishedAt: null } });
    expect(waiting).toMatchObject({ attempts: 1, lastError: 'Error: the queue is away' });
    isBroken = false;
    await relayOutbox(db, publish);
    expect(published).toEqual(['good', 'bad']);
  });

  test('relays at once share the messages; a transaction that fails leaves none', async () => {
    const { db } = house;
    await empty(db);
    await write(db, ...Array.from({ length: 40 }, (_, i) => `m${i}`));
    const published: string[] = [];
    const publish = async (m: QueueMessage) => {
      if (m.kind === 'import') published.push(m.operationId);
    };
    await Promise.all([1, 2, 3, 4].map(() => relayOutbox(db, publish, { limit: 15 })));
    await relayOutbox(db, publish);
    expect(published).toHaveLength(40);
    expect(new Set(published).size).toBe(40);
    const failing = inTransaction(db, async (tx) => {
      await writeOutbox(tx, message('never'));
      throw new Error('decided otherwise');
    });
    await expect(failing).rejects.toThrow('decided otherwise');
    expect((await countOutbox(db)).numWaiting).toBe(0);
  });

  test('a new message wakes the relays, and old ones are cleared away', async () => {
    const { db } = house;
    await empty(db);
    const heard: string[] = [];
    const listener = await listen({
      url: db.url,
      channels: [channels.outbox],
      onMessage: ({ channel }) => heard.push(channel),
    });
    await write(db, 'wake');
    await vi.waitFor(() => expect(heard).toEqual([channels.outbox]), soon);
    await listener.close();
    await empty(db);
    expect(await removePublished(db)).toBe(0);
    expect(await removePublished(db, { olderThanMs: -60_000 })).toBeGreaterThan(0);
  });
});

describe('listening', () => {
  test('a broken connection is made again, and what was missed is announced as such', async () => {
    const { db } = house;
    const heard: string[] = [];
    let numReconnects = 0;
    const errors: unknown[] = [];
    const listener = await listen({
      url: db.url,
      channels: ['test_channel'],
      onMessage: ({ payload }) => heard.push(payload),
      onReconnect: () => {
        numReconnects++;
      },
      onError: (error) => errors.push(error),
    });
    await notify(db, 'test_channel', 'before');
    await vi.waitFor(() => expect(heard).toEqual(['before']), soon);
    await db.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'tangent listener'`);
    await vi.waitFor(() => expect(numReconnects).toBe(1), { timeout: 10_000 });
    await notify(db, 'test_channel', 'after');
    await vi.waitFor(() => expect(heard).toEqual(['before', 'after']), soon);
    expect(errors.length).toBeGreaterThan(0);
    await listener.close();
    const left = await db.query(`SELECT 1 FROM pg_stat_activity
      WHERE datname = current_database() AND application_name = 'tangent listener'`);
    expect(left).toEqual([]);
  });

  test('a callback that throws does not stop the listener', async () => {
    const { db } = house;
    const heard: string[] = [];
    const errors: unknown[] = [];
    const listener = await listen({
      url: db.url,
      channels: ['test_channel'],
      onMessage({ payload }) {
        if (payload === 'bad') throw new Error('cannot read it');
        heard.push(payload);
      },
      onError: (error) => errors.push(error),
    });
    await notify(db, 'test_channel', 'bad');
    await notify(db, 'test_channel', 'good');
    await vi.waitFor(() => expect(heard).toEqual(['good']), soon);
    expect(errors).toHaveLength(1);
    await listener.close();
  });
});

describe('a database that is away', () => {
  test('reads, transactions and listeners say so with a stable code', async () => {
    const away = openDatabase({ url: 'postgresql://nobody:x@127.0.0.1:9/none' });
    expect(await codeOf(away.query('SELECT 1'))).toBe('database-unavailable');
    expect(await codeOf(inTransaction(away, async () => undefined))).toBe('database-unavailable');
    expect(await codeOf(getProject(away, 'prj_x'))).toBe('database-unavailable');
    expect(await codeOf(listen({ url: away.url, channels: ['x'], onMessage: () => undefined }))).toBe(
      'database-unavailable',
    );
    await away.close();
  });

  test('a connection that is cut in the middle of a transaction says so, and the next one works', async () => {
    const { db } = house;
    const cut = inTransaction(db, async (tx) => {
      await tx.query('SELECT pg_terminate_backend(pg_backend_pid())');
    });
    expect(await codeOf(cut)).toBe('database-unavailable');
    expect(await inTransaction(db, (tx) => tx.query('SELECT 1 AS one'))).toEqual([{ one: 1 }]);
  });

  test('two transactions that wait for each other both come through', async () => {
    const { db } = house;
    const [first, second] = [await makeUser(db), await makeUser(db)];
    let numRuns = 0;
    let numWaiting = 0;
    const rename = (one: string, other: string, name: string) =>
      inTransaction(db, async (tx) => {
        numRuns++;
        await tx.query('UPDATE users SET name = $2 WHERE id = $1', [one, name]);
        numWaiting++;
        await vi.waitFor(() => expect(numWaiting).toBeGreaterThanOrEqual(2), soon);
        await tx.query('UPDATE users SET name = $2 WHERE id = $1', [other, name]);
      });
    await Promise.all([rename(first, second, 'x'), rename(second, first, 'y')]);
    expect(numRuns).toBeGreaterThan(2);
    const names = await db.prisma.user.findMany({ where: { id: { in: [first, second] } } });
    expect(new Set(names.map(({ name }) => name)).size).toBe(1);
  });
});

describe('idempotency keys', () => {
  const requestHash = hashRequest('POST', '/v1/items/x/annotations', '{"classKey":"a"}');
  const response = { status: 201, headers: { location: '/v1/x' }, body: { id: 'x' } };
  const begin = async (db: Database, userId: string, more: object = {}) =>
    beginIdempotent(db, { userId, key: 'key', requestHash, ...more });

  test.each([{ complete: completeIdempotent }, { complete: completeUnhurried }])(
    'the same request gets the first answer, another one is refused: $complete.name',
    async ({ complete }) => {
      const { db } = house;
      const userId = await makeUser(db);
      const fresh = await begin(db, userId);
      if (fresh.kind !== 'fresh') throw new Error(fresh.kind);
      expect((await begin(db, userId)).kind).toBe('running');
      await complete(db, fresh.holder, response);
      await expect(complete(db, fresh.holder, response)).rejects.toThrow('taken over');
      expect(await begin(db, userId)).toEqual({ kind: 'replay', ...response });
      const other = hashRequest('POST', '/v1/items/x/annotations', '{"classKey":"b"}');
      expect((await begin(db, userId, { requestHash: other })).kind).toBe('other-request');
      expect((await begin(db, await makeUser(db))).kind).toBe('fresh');
    },
  );

  test('of requests at once one is fresh', async () => {
    const { db } = house;
    const userId = await makeUser(db);
    const kinds = (await Promise.all(Array.from({ length: 10 }, () => begin(db, userId)))).map(
      ({ kind }) => kind,
    );
    expect(kinds.filter((kind) => kind === 'fresh')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'running')).toHaveLength(9);
  });

  test('a request that failed frees its key; one that died is taken over after a minute', async () => {
    const { db } = house;
    const userId = await makeUser(db);
    const now = new Date();
    const first = await begin(db, userId, { now });
    if (first.kind !== 'fresh') throw new Error(first.kind);
    await abandonIdempotent(db, first.holder);
    const second = await begin(db, userId, { now });
    if (second.kind !== 'fresh') throw new Error(second.kind);
    const later = new Date(now.getTime() + 60_001);
    expect((await begin(db, userId, { now: new Date(now.getTime() + 59_000) })).kind).toBe('running');
    const third = await begin(db, userId, { now: later });
    if (third.kind !== 'fresh') throw new Error(third.kind);
    // The one that was thought dead must not answer for the other.
    await expect(completeIdempotent(db, second.holder, response)).rejects.toThrow('taken over');
    await completeIdempotent(db, third.holder, response);
    expect((await begin(db, userId, { now: later })).kind).toBe('replay');
    expect(await removeOldKeys(db, new Date(later.getTime() + 25 * 3_600_000))).toBeGreaterThan(0);
  });

  test('an annotation and its kept response are there together, or neither is', async () => {
    const { db } = house;
    const { annotators, itemIds } = await makeProject(db, { numItems: 1 });
    const userId = annotators[0]!;
    const send = async (also: 'completes' | 'dies') => {
      const start = await beginIdempotent(db, {
        userId,
        key: 'k',
        requestHash,
        staleAfterMs: 0,
        now: new Date(Date.now() + 1),
      });
      if (start.kind !== 'fresh') return start;
      await submitAnnotation(db, {
        itemId: itemIds[0]!,
        annotatorId: userId,
        answer: { classKey: 'a' },
        async also(tx, annotation) {
          if (also === 'dies') throw new Error('killed');
          await completeIdempotent(tx, start.holder, { status: 201, headers: {}, body: annotation });
        },
      });
      return start;
    };
    await expect(send('dies')).rejects.toThrow('killed');
    expect(await db.prisma.annotation.count({ where: { itemId: itemIds[0]! } })).toBe(0);
    await vi.waitFor(async () => expect((await send('completes')).kind).toBe('fresh'), soon);
    expect(await send('completes')).toMatchObject({ kind: 'replay', status: 201, body: { classKey: 'a' } });
    expect(await db.prisma.annotation.count({ where: { itemId: itemIds[0]! } })).toBe(1);
  });
});

describe('workers', () => {
  test('a silent worker is not alive, is reported lost once, and comes back with a heartbeat', async () => {
    const { db } = house;
    const now = new Date();
    const at = (ms: number) => new Date(now.getTime() + ms);
    const make = () =>
      registerWorker(db, { host: 'host', pid: 1, engine: 'wasm', device: 'cpu', threads: 1, now });
    const [steady, silent, stopped] = [await make(), await make(), await make()];
    expect(await countAliveWorkers(db, now)).toBe(3);
    await markWorkerStopped(db, stopped.id, at(1000));
    await heartbeatWorker(db, { workerId: steady.id, current: 'rnd_x score-shard 3', now: at(10_000) });
    expect(await countAliveWorkers(db, at(16_000))).toBe(1);
    const lost = await Promise.all([1, 2, 3].map(() => takeLostWorkers(db, at(16_000))));
    expect(lost.flat().map(({ id }) => id)).toEqual([silent.id]);
    expect(await listWorkers(db, at(16_000))).toMatchObject([
      { id: stopped.id, isAlive: false, stoppedAt: at(1000).toISOString() },
      { id: silent.id, isAlive: false, stoppedAt: null },
      { id: steady.id, isAlive: true, current: 'rnd_x score-shard 3' },
    ]);
    await heartbeatWorker(db, { workerId: silent.id, current: null, now: at(17_000) });
    expect(await countAliveWorkers(db, at(17_000))).toBe(2);
    expect((await takeLostWorkers(db, at(40_000))).map(({ id }) => id).toSorted()).toEqual(
      [steady.id, silent.id].toSorted(),
    );
  });
});
