import type { Project } from '@tangent/contracts';
import { listAudit, registerWorker } from '@tangent/database';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ask, expectProblem, join, makePerson, type Person, useApi } from './support/api.js';
import { makeProject } from './support/database.js';

const house = useApi();
const classes = [
  { key: 'a', hotkey: '1' },
  { key: 'b', name: 'Bee' },
];
let engineer: Person;
beforeAll(async () => {
  engineer = await makePerson(house);
});
const call = <T = Project>(what: string, body?: unknown, headers: Record<string, string> = {}) =>
  ask<T>(house, what, { token: engineer.token, body, headers });

describe('creating a project', () => {
  test('gives it settings by default, and its maker the role of admin', async () => {
    const { status, body, headers } = await call('POST /v1/projects', { name: 'new', type: 'text', classes });
    expect(status).toBe(201);
    expect(headers).toMatchObject({ location: `/v1/projects/${body.id}`, etag: '"1"' });
    expect(body).toMatchObject({
      name: 'new',
      role: 'admin',
      classes: [
        { key: 'a', name: 'a', hotkey: '1' },
        { key: 'b', name: 'Bee', hotkey: null },
      ],
      settings: { overlap: 1, strategy: 'lookahead', model: { kind: 'mlp' } },
      counts: { items: 0, labeled: 0, unlabeled: 0, skipped: 0, leased: 0, holdout: 0 },
      workers: { numAlive: 0 },
    });
    expect(body).not.toHaveProperty('settingsVersion');
    await registerWorker(house.db, { host: 'h', pid: 1, engine: 'wasm', device: 'cpu', threads: 1 });
    expect((await call(`GET /v1/projects/${body.id}`)).body.workers.numAlive).toBe(1);
  });

  test.each([
    ['key', [{ key: 'a' }, { key: 'b' }, { key: 'a' }], '/classes/2/key'],
    [
      'hotkey',
      [
        { key: 'a', hotkey: '1' },
        { key: 'b', hotkey: '1' },
      ],
      '/classes/1/hotkey',
    ],
  ])('is refused when two classes share a %s', async (_, twins, pointer) => {
    const refused = await call('POST /v1/projects', { name: 'twins', type: 'text', classes: twins });
    expect(expectProblem(refused, 'duplicate-class').errors?.[0]?.pointer).toBe(pointer);
  });
});

describe('changing a project', () => {
  let id: string;
  beforeEach(async () => {
    id = (await call('POST /v1/projects', { name: 'changing', type: 'text', classes })).body.id;
  });
  const patch = (body: unknown, ifMatch?: string) =>
    call(`PATCH /v1/projects/${id}`, body, ifMatch === undefined ? {} : { 'if-match': ifMatch });

  test('merges settings; what is not named stays', async () => {
    const { body, headers } = await patch({ settings: { leaseMs: 5000, kernel: { balanced: false } } });
    expect(body.settings).toMatchObject({
      leaseMs: 5000,
      overlap: 1,
      kernel: { balanced: false, type: 'trace' },
    });
    expect(headers.etag).toBe('"2"');
    expect((await patch({ name: 'renamed' })).body).toMatchObject({
      name: 'renamed',
      settings: { leaseMs: 5000 },
    });
  });

  test('refuses settings that are none or do not fit, and then changes nothing', async () => {
    for (const [settings, pointer] of [
      [{ overlpa: 2 }, '/settings/overlpa'],
      [{ overlap: 0, leaseMs: 5000 }, '/settings/overlap'],
      [{ kernel: { dimension: 'big' } }, '/settings/kernel/dimension'],
      [{ trigger: { everyLabel: 5 } }, '/settings/trigger/everyLabel'],
    ] as const)
      expect(expectProblem(await patch({ settings }), 'validation-failed').errors?.[0]?.pointer).toBe(
        pointer,
      );
    const { body, headers } = await call(`GET /v1/projects/${id}`);
    expect(body.settings).toMatchObject({ overlap: 1, leaseMs: 300_000 });
    expect(headers.etag).toBe('"1"');
  });

  test('with If-Match happens only to what was read', async () => {
    const { etag } = (await call(`GET /v1/projects/${id}`)).headers;
    expect((await patch({ settings: { overlap: 2 } }, etag!)).status).toBe(200);
    expectProblem(await patch({ settings: { overlap: 3 } }, etag!), 'settings-changed');
    expectProblem(await patch({ settings: { overlap: 3 } }, '"of another thing"'), 'settings-changed');
    expectProblem(await patch({ settings: { overlap: 3 } }, 'W/"2"'), 'validation-failed');
    expect((await patch({ settings: { overlap: 3 } }, '*')).headers.etag).toBe('"3"');
    expect((await call(`GET /v1/projects/${id}`)).body.settings.overlap).toBe(3);
  });

  test('of two at once that read the same, one wins', async () => {
    const answers = await Promise.all([2, 3].map((overlap) => patch({ settings: { overlap } }, '"1"')));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([200, 412]);
  });

  test('deleting puts it away, for its members and in the lists', async () => {
    expect((await call(`DELETE /v1/projects/${id}`)).status).toBe(204);
    expectProblem(await call(`GET /v1/projects/${id}`), 'not-found');
    const { body } = await call<{ items: Project[] }>('GET /v1/projects?limit=1000');
    expect(body.items.map((project) => project.id)).not.toContain(id);
  });

  test('leaves an entry in the audit, with who and whence', async () => {
    await patch({ settings: { overlap: 2 } });
    await call(`DELETE /v1/projects/${id}`);
    const { items } = await listAudit(house.db, { limit: 3 });
    expect(items).toMatchObject(
      ['project.delete', 'project.update', 'project.create'].map((action) => ({
        action,
        actorId: engineer.userId,
        targetId: id,
        ip: '127.0.0.1',
      })),
    );
  });
});

test('a list shows the projects of its reader, page by page, in an order that new ones do not disturb', async () => {
  const reader = await makePerson(house);
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) {
    const { projectId } = await makeProject(house.db, { numItems: 0 });
    await join(house, projectId, reader.userId, i === 0 ? 'annotator' : 'reviewer');
    ids.unshift(projectId);
  }
  const list = async (query: string, token = reader.token) => {
    const { body } = await ask<{ items: Project[]; nextCursor: string | null }>(
      house,
      `GET /v1/projects${query}`,
      { token },
    );
    return body;
  };
  const first = await list('?limit=2');
  const { projectId: later } = await makeProject(house.db, { numItems: 0 });
  await join(house, later, reader.userId, 'annotator');
  const second = await list(`?limit=2&cursor=${first.nextCursor}`);
  const third = await list(`?limit=2&cursor=${second.nextCursor}`);
  expect([...first.items, ...second.items, ...third.items].map(({ id }) => id)).toEqual(ids);
  expect(third.items[0]!.role).toBe('annotator');
  expect(third.nextCursor).toBeNull();
  const admin = await makePerson(house, { isAdmin: true });
  const all = await list('?limit=1000', admin.token);
  expect(all.items.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids, later]));
  expect(all.items[0]!.role).toBe('admin');
});
