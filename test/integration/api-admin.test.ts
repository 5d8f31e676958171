import { type AuditEntry, type Endpoint, endpoints, type QueueInfo, type Storage } from '@tangent/contracts';
import { createImport, createSession, relayOutbox } from '@tangent/database';
import { openQueue } from '@tangent/queue';
import { beforeAll, describe, expect, test } from 'vitest';
import {
  ask,
  eventually,
  expectProblem,
  giveToken,
  makePerson,
  newToken,
  type Person,
  useApi,
} from './support/api.js';
import { beginRound, makeProject, nobody } from './support/database.js';
import { recorder } from './support/queue.js';

const house = useApi();
let admin: Person;
beforeAll(async () => {
  admin = await makePerson(house, { isAdmin: true });
});

const asAdmin = <T>(what: string, body?: unknown) => ask<T>(house, what, { token: admin.token, body });
interface AuditPage {
  readonly items: AuditEntry[];
  readonly nextCursor: string | null;
}
const auditOf = async (query: string) => (await asAdmin<AuditPage>(`GET /v1/admin/audit?${query}`)).body;

/** What an admin, of the installation or of a project, may change: a call that succeeds, and what it is done to. */
const changes: Record<string, () => Promise<{ what: string; body?: unknown; targetId?: string }>> = {
  createUser: async () => ({
    what: 'POST /v1/users',
    body: { email: 'audited@tangent.test', name: 'Audited', password: 'long enough to do' },
  }),
  updateUser: async () => {
    const { userId } = await makePerson(house);
    return { what: `PATCH /v1/users/${userId}`, body: { isDisabled: true }, targetId: userId };
  },
  putMember: async () => {
    const [{ projectId }, { userId }] = [await makeProject(house.db), await makePerson(house)];
    const what = `PUT /v1/projects/${projectId}/members/${userId}`;
    return { what, body: { role: 'reviewer' }, targetId: projectId };
  },
  removeMember: async () => {
    const { projectId, annotators } = await makeProject(house.db);
    return { what: `DELETE /v1/projects/${projectId}/members/${annotators[0]}`, targetId: projectId };
  },
  deleteProject: async () => {
    const { projectId } = await makeProject(house.db);
    return { what: `DELETE /v1/projects/${projectId}`, targetId: projectId };
  },
  deleteToken: async () => {
    const { userId } = await makePerson(house);
    await giveToken(house, userId);
    const { id } = await house.db.prisma.apiToken.findFirstOrThrow({ where: { userId } });
    return { what: `DELETE /v1/tokens/${id}`, targetId: id };
  },
  revokeSession: async () => {
    const { userId } = await makePerson(house);
    const expiresAt = new Date(Date.now() + 3_600_000);
    const { id } = await createSession(house.db, { userId, token: newToken(), csrfToken: 'x', expiresAt });
    return { what: `DELETE /v1/sessions/${id}`, targetId: id };
  },
  pauseQueue: async () => ({ what: 'POST /v1/admin/queues/imports/pause', targetId: 'imports' }),
  resumeQueue: async () => ({ what: 'POST /v1/admin/queues/imports/resume', targetId: 'imports' }),
  drainQueue: async () => ({ what: 'POST /v1/admin/queues/imports/drain', targetId: 'imports' }),
};

describe('the audit', () => {
  const isAdmins = ({ method, access }: Endpoint) =>
    method !== 'GET' &&
    (access === 'admin' || access === 'owner' || (typeof access === 'object' && access.atLeast === 'admin'));

  test('is tried with every call by which an admin changes something', () => {
    const names = (Object.values(endpoints) as Endpoint[]).filter(isAdmins).map(({ name }) => name);
    expect(Object.keys(changes).toSorted()).toEqual(names.toSorted());
  });

  test.each(Object.keys(changes))('says who did it, from where and to what: %s', async (name) => {
    const { what, body, targetId } = await changes[name]!();
    const { status, body: answer } = await asAdmin(what, body);
    expect(status, JSON.stringify(answer)).toBeLessThan(300);
    const { items } = await auditOf('limit=1');
    expect(items[0]).toMatchObject({ actorId: admin.userId, ip: '127.0.0.1' });
    expect(items[0]!.targetId).toBe(targetId ?? (answer as { id: string }).id);
    expect(JSON.stringify(items[0])).not.toContain('long enough to do');
  });

  test('is read by page and by filters, newest first', async () => {
    const other = await makePerson(house, { isAdmin: true });
    const { userId } = await makePerson(house);
    const rename = (by: Person, name: string) =>
      ask(house, `PATCH /v1/users/${userId}`, { token: by.token, body: { name } });
    await rename(admin, 'first');
    await rename(other, 'second');
    await rename(admin, 'third');
    const namesOf = ({ items }: AuditPage) => items.map(({ detail }) => detail.name);
    const ofUser = `targetId=${userId}&action=user.update`;
    const all = await auditOf(ofUser);
    expect(namesOf(all)).toEqual(['third', 'second', 'first']);
    expect(namesOf(await auditOf(`${ofUser}&actorId=${other.userId}`))).toEqual(['second']);
    const [third, second] = all.items as [AuditEntry, AuditEntry];
    expect(namesOf(await auditOf(`${ofUser}&until=${third.at}`))).not.toContain('third');
    expect(namesOf(await auditOf(`${ofUser}&from=${second.at}`))).toEqual(
      expect.arrayContaining(['third', 'second']),
    );
    const page = await auditOf(`${ofUser}&limit=2`);
    expect(namesOf(page)).toEqual(['third', 'second']);
    await rename(admin, 'fourth');
    const rest = await auditOf(`${ofUser}&limit=2&cursor=${page.nextCursor}`);
    expect({ names: namesOf(rest), nextCursor: rest.nextCursor }).toEqual({
      names: ['first'],
      nextCursor: null,
    });
  });
});

describe('the members of a project', () => {
  test('are listed with their roles; who is taken out sees it no more', async () => {
    const { projectId } = await makeProject(house.db);
    const [engineer, outsider] = [await makePerson(house), await makePerson(house)];
    await asAdmin(`PUT /v1/projects/${projectId}/members/${engineer.userId}`, { role: 'engineer' });
    const list = () => asAdmin<{ items: { userId: string }[] }>(`GET /v1/projects/${projectId}/members`);
    expect((await list()).body.items).toContainEqual(
      expect.objectContaining({ userId: engineer.userId, email: engineer.email, role: 'engineer' }),
    );
    const seen = () => ask(house, `GET /v1/projects/${projectId}`, { token: engineer.token });
    expect((await seen()).status).toBe(200);
    expect((await asAdmin(`DELETE /v1/projects/${projectId}/members/${engineer.userId}`)).status).toBe(204);
    expectProblem(await seen(), 'not-found');
    expect((await list()).body.items.map(({ userId }) => userId)).not.toContain(engineer.userId);
    expectProblem(await asAdmin(`DELETE /v1/projects/${projectId}/members/${outsider.userId}`), 'not-found');
  });
});

describe('the queues', () => {
  const list = async () => {
    const { body } = await asAdmin<{ backend: string; items: QueueInfo[]; outbox: { numWaiting: number } }>(
      'GET /v1/admin/queues',
    );
    return body;
  };

  test('are drained without losing anything: what is under way is queued anew, and done once', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels: ['a', 'b'] });
    const { roundId } = await beginRound(db, projectId);
    const { id: operationId } = await createImport(db, {
      projectId,
      format: 'jsonl',
      fileName: 'rows.jsonl',
      fileKey: '0'.repeat(64),
      isDryRun: false,
      actor: nobody,
    });
    expect((await list()).outbox.numWaiting).toBeGreaterThanOrEqual(2);
    const queue = await openQueue({ kind: 'postgres', databaseUrl: db.url });
    await relayOutbox(db, (message) => queue.publish(message));
    // A round that was put away since: its job waits for nothing.
    await queue.publish({ kind: 'train', roundId: `rnd_${'0'.repeat(26)}`, attempt: 1 });

    const drained = await asAdmin<QueueInfo & { numRemoved: number; numRequeued: number }>(
      'POST /v1/admin/queues/rounds/drain',
    );
    expect(drained.body).toMatchObject({ name: 'rounds', isPaused: false, numRemoved: 2, numRequeued: 1 });
    expect(drained.body.counts).toMatchObject({ waiting: 1, active: 0, waitingForOthers: 0 });
    await asAdmin('POST /v1/admin/queues/imports/pause');
    const imports = await asAdmin<{ numRequeued: number }>('POST /v1/admin/queues/imports/drain');
    expect(imports.body).toMatchObject({ isPaused: true, counts: { waiting: imports.body.numRequeued } });
    const { backend, items, outbox } = await list();
    expect(backend).toBe('postgres');
    expect(items.map(({ name, isPaused }) => ({ name, isPaused }))).toEqual([
      { name: 'rounds', isPaused: false },
      { name: 'imports', isPaused: true },
    ]);
    expect(outbox).toEqual({ numWaiting: 0, oldestAgeMs: null });

    const jobs = recorder();
    const consumer = queue.consume(jobs);
    await eventually(() => jobs.seen.map(({ payload }) => payload.roundId)).toContain(roundId);
    expect(jobs.seen.map(({ name }) => name)).toEqual(['train-model']);
    await asAdmin('POST /v1/admin/queues/imports/resume');
    await eventually(() => jobs.seen.map(({ payload }) => payload.operationId)).toContain(operationId);
    await consumer.close(1000);
    await queue.close();
    expect(jobs.failed).toEqual([]);
  });

  test('go on after drains at the same time, beside a message that cannot be published', async () => {
    const { db } = house;
    await db.query("INSERT INTO outbox (message) VALUES ('{}')");
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => asAdmin<QueueInfo>('POST /v1/admin/queues/rounds/drain')),
    );
    expect(answers.map(({ status, body }) => ({ status, isPaused: body.isPaused }))).toEqual(
      Array.from({ length: 4 }, () => ({ status: 200, isPaused: false })),
    );
    const { items, outbox } = await list();
    expect(items[0]).toMatchObject({ name: 'rounds', isPaused: false });
    expect(outbox.numWaiting).toBe(1);
    await db.query("DELETE FROM outbox WHERE message = '{}'");
  });

  test('have names; another one is refused with those there are', async () => {
    const { errors } = expectProblem(
      await asAdmin('POST /v1/admin/queues/emails/drain'),
      'validation-failed',
    );
    expect(errors?.[0]).toMatchObject({ pointer: '/name', detail: expect.stringContaining('imports') });
  });
});

describe('the audit of one project', () => {
  test('holds what was done to it and in it, and goes out as CSV and as JSON lines', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels: ['a', 'b'] });
    const { projectId: elsewhere } = await makeProject(db);
    const { roundId } = await beginRound(db, projectId);
    await asAdmin(`POST /v1/rounds/${roundId}/cancel`);
    for (const id of [projectId, elsewhere])
      await asAdmin(`PATCH /v1/projects/${id}`, { name: '=cmd, "quoted"' });
    const { items } = await auditOf(`projectId=${projectId}`);
    const actions = items.map(({ action }) => action);
    expect(actions.slice(0, 3)).toEqual(['project.update', 'round.cancel', 'round.start']);
    expect(JSON.stringify(items)).not.toContain(elsewhere);

    const download = (format: string) =>
      asAdmin<string>(`GET /v1/admin/audit/export?format=${format}&projectId=${projectId}`);
    const csv = await download('csv');
    expect(csv.headers).toMatchObject({
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': expect.stringMatching(/^attachment; filename="audit-[\d-]{10}\.csv"$/),
    });
    expect(csv.body.split('\r\n').map((line) => line.split(',')[3])).toEqual([
      'action',
      'audit.export',
      ...actions,
      undefined,
    ]);
    const lines = (await download('jsonl')).body.trim().split('\n');
    // Before them stand the two exports themselves.
    expect(lines.slice(2).map((line) => JSON.parse(line))).toEqual(items);
    expect((await auditOf('limit=1')).items[0]).toMatchObject({
      action: 'audit.export',
      actorId: admin.userId,
      detail: { format: 'jsonl', projectId },
    });
  });
});

describe('rounds and what is stored', () => {
  test('the rounds of all projects stand on one list, by page and by status', async () => {
    const { db } = house;
    const made: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { projectId } = await makeProject(db, { labels: ['a', 'b'] });
      made.unshift((await beginRound(db, projectId)).roundId);
    }
    await asAdmin(`POST /v1/rounds/${made[1]}/cancel`);
    interface Rounds {
      readonly items: { id: string; status: string; projectName: string }[];
      readonly nextCursor: string | null;
    }
    const list = async (query: string) => (await asAdmin<Rounds>(`GET /v1/admin/rounds?${query}`)).body;
    const first = await list('limit=2');
    expect(first.items.map(({ id }) => id)).toEqual(made.slice(0, 2));
    const rest = await list(`limit=2&cursor=${first.nextCursor}`);
    expect(rest.items[0]!.id).toBe(made[2]);
    const active = await list('status=active&limit=2');
    expect(active.items.map(({ id }) => id)).toEqual([made[0], made[2]]);
    expect((await list('status=cancelled&limit=1')).items[0]).toMatchObject({ id: made[1] });
  });

  test('the jobs of a round are known by the queue, each with its state and shard', async () => {
    const { db } = house;
    const { projectId } = await makeProject(db, { labels: ['a', 'b'] });
    const { roundId } = await beginRound(db, projectId);
    await asAdmin('POST /v1/admin/queues/rounds/drain');
    interface Jobs {
      readonly attempt: number;
      readonly items: { name: string; shardIndex: number | null; state: string | null }[];
    }
    const jobs = async (query: string) =>
      (await asAdmin<Jobs>(`GET /v1/rounds/${roundId}/jobs?${query}`)).body;
    const all = await jobs('');
    expect(all.attempt).toBe(1);
    expect(all.items.map(({ name }) => name).filter((name, i, names) => name !== names[i - 1])).toEqual([
      'train-model',
      'compute-features',
      'reduce-features',
      'score-shard',
      'select-batch',
    ]);
    expect(all.items.map(({ state }) => state)).toEqual(['waiting', ...all.items.slice(1).map(() => null)]);
    const second = await jobs('fromShard=1&numShards=1');
    expect(second.items.map(({ shardIndex }) => shardIndex)).toEqual([null, 1, null, 1, null]);
    const waiting = await asAdmin<{ items: object[] }>('GET /v1/admin/queues/rounds/jobs?state=waiting');
    expect(waiting.body.items).toContainEqual(
      expect.objectContaining({ name: 'train-model', roundId, shardIndex: null, failedReason: null }),
    );
    const failed = await asAdmin<{ items: object[] }>('GET /v1/admin/queues/rounds/jobs');
    expect(failed.body.items).toEqual([]);
  });

  test('the database, its tables, the media and the disk have their sizes', async () => {
    const { status, body } = await asAdmin<Storage>('GET /v1/admin/storage');
    expect(status).toBe(200);
    expect(body.database.bytes).toBeGreaterThan(1e6);
    const sizes = body.database.tables.map(({ bytes }) => bytes);
    expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
    expect(body.disk.totalBytes).toBeGreaterThan(body.disk.freeBytes);
    expect(body.blobs).toBe('folder');
  });
});
