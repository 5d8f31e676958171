import { createWriteStream } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ErrorCode, Lease } from '@tangent/contracts';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import yazl from 'yazl';
import {
  type Answered,
  ask,
  eventually,
  expectProblem,
  join,
  makePerson,
  multipart,
  type Person,
  traces,
  useApi,
} from './support/api.js';
import { makeProject, type TestProject } from './support/database.js';

const house = useApi({ maxUploadBytes: 300_000 });
let engineer: Person;
let mine: TestProject;
let theirs: TestProject;
beforeAll(async () => {
  engineer = await makePerson(house);
  mine = await makeProject(house.db, { labels: ['a', 'b'], holdout: ['a'] });
  theirs = await makeProject(house.db);
  await join(house, mine.projectId, engineer.userId, 'engineer');
});

/** Nothing may be left of a refused request: not a row, not a file. */
let before: Record<string, number>;
beforeEach(async () => {
  before = await traces(house);
});
afterEach(async () => {
  expect(await traces(house)).toEqual(before);
});

const send = (what: string, body?: unknown, headers: Record<string, string> = {}) =>
  ask(house, what, { token: engineer.token, body, headers });
const json = { 'content-type': 'application/json' };

describe('a body', () => {
  const url = 'POST /v1/projects';
  test.each([
    ['that is no JSON', '{"name": "half', 'malformed-body'],
    ['with a name that poisons prototypes', '{"__proto__": {"isAdmin": true}}', 'malformed-body'],
    ['that is nested without end', `{"name": ${'['.repeat(50_000)}${']'.repeat(50_000)}}`, 'malformed-body'],
    ['that is a list', '[]', 'validation-failed'],
    ['that is null', 'null', 'validation-failed'],
    ['that is empty', '', 'validation-failed'],
    ['of more than a megabyte', `{"name": "${'x'.repeat(1024 * 1024)}"}`, 'payload-too-large'],
  ] as const)('%s is refused', async (_, text, code) => {
    expectProblem(await send(url, text, json), code);
  });

  test('of another type than JSON is refused', async () => {
    for (const type of ['text/plain', 'application/xml', 'application/x-www-form-urlencoded'])
      expectProblem(await send(url, 'a=b', { 'content-type': type }), 'unsupported-media-type');
  });

  test('with faults has each of them pointed at', async () => {
    const { errors } = expectProblem(
      await send(url, {
        name: ' ',
        type: 'sound',
        classes: [{ key: 'a/b' }, { hotkey: 1 }],
        settings: { overlap: 0, kernel: { type: 'magic' } },
      }),
      'validation-failed',
    );
    expect(errors?.map(({ pointer }) => pointer).toSorted()).toEqual([
      '/classes/0/key',
      '/classes/1/hotkey',
      '/classes/1/key',
      '/name',
      '/settings/kernel/type',
      '/settings/overlap',
      '/type',
    ]);
    expect(errors).toContainEqual({ pointer: '/classes/1/key', detail: 'is missing' });
  });

  test('with fields that nobody knows has them pointed at, however deep', async () => {
    const body = {
      name: 'typing errors',
      type: 'text',
      classes: [{ key: 'a', colour: 'red' }, { key: 'b' }],
      settings: { overlpa: 2, kernel: { 'balan/ced': true } },
    };
    const { errors } = expectProblem(await send(url, body), 'validation-failed');
    expect(errors).toEqual(
      ['/classes/0/colour', '/settings/overlpa', '/settings/kernel/balan~1ced'].map((pointer) => ({
        pointer,
        detail: 'is not known here',
      })),
    );
    expectProblem(
      await send(`POST /v1/projects/${mine.projectId}/rounds`, { dryrun: true }),
      'validation-failed',
    );
  });

  test('that asks for a dry run of a round gets the estimate, and nothing is started', async () => {
    const rounds = `POST /v1/projects/${mine.projectId}/rounds`;
    const asked = { strategy: 'margin', dryRun: true };
    const answered = await send(rounds, asked, { 'idempotency-key': 'dry' });
    expect(answered.status).toBe(200);
    expect(answered.headers).not.toHaveProperty('location');
    const { body } = await send(`${rounds}/estimate`, { strategy: 'margin' });
    expect(answered.body).toEqual(body);
    expect(body).toMatchObject({ strategy: 'margin', numLabels: 2, obstacle: null });
    // Under its key it is the estimate still, with its status.
    const again = await send(rounds, asked, { 'idempotency-key': 'dry' });
    expect(again).toMatchObject({ status: 200, body });
    await house.db.query('DELETE FROM idempotency_keys');
  });

  test('with text that the database cannot hold is refused, not failed on', async () => {
    const classes = [{ key: 'a' }, { key: 'b' }];
    for (const name of ['nul \0', 'half a pair \ud800']) {
      const answered = await send(url, JSON.stringify({ name, type: 'text', classes }), json);
      expect(expectProblem(answered, 'validation-failed').errors?.[0]?.pointer).toBe('/name');
    }
  });
});

describe('a query', () => {
  test.each([
    ['limit=0', '/limit'],
    ['limit=1001', '/limit'],
    ['limit=ten', '/limit'],
    ['limit=1&limit=2', '/limit'],
    ['status=lost', '/status'],
    ['pageSize=5', '/pageSize'],
    ['cursor=nonsense', '/cursor'],
    [`cursor=${Buffer.from('["x"]').toString('base64url')}`, '/cursor'],
    ['cursor=%00', '/cursor'],
    [`cursor=${Buffer.from('["\\u0000"]').toString('base64url')}`, '/cursor'],
  ])('%s is refused, and pointed at', async (query, pointer) => {
    const { errors } = expectProblem(
      await send(`GET /v1/projects/${mine.projectId}/items?${query}`),
      'validation-failed',
    );
    expect(errors?.[0]?.pointer).toBe(pointer);
  });

  test('a cursor of numbers beyond all rows is refused or leads to an empty page', async () => {
    const lists = ['items', 'items?order=rank', 'rounds', 'annotations', 'predictions'];
    for (const list of lists)
      for (const values of [
        [2 ** 40],
        [2 ** 40, 2 ** 40],
        [2, 2 ** 40],
        [2 ** 53 - 1, 'x'],
        [-(2 ** 40)],
        [0, -1],
      ]) {
        const cursor = Buffer.from(JSON.stringify(values)).toString('base64url');
        const joint = list.includes('?') ? '&' : '?';
        const { status } = await send(`GET /v1/projects/${mine.projectId}/${list}${joint}cursor=${cursor}`);
        expect([200, 400], `${list} ${JSON.stringify(values)}: ${status}`).toContain(status);
      }
  });
});

describe('an annotation', () => {
  const annotate = (itemId: string, body: unknown) => send(`POST /v1/items/${itemId}/annotations`, body);

  test('of an unknown class is refused, with the classes there are', async () => {
    const { detail, errors } = expectProblem(
      await annotate(mine.itemIds[2]!, { classKey: 'z' }),
      'unknown-class',
    );
    expect(detail).toContain('a, b, c');
    expect(errors?.[0]?.pointer).toBe('/classKey');
  });

  test('of an item of another project is refused as if there were none', async () => {
    expectProblem(await annotate(theirs.itemIds[0]!, { classKey: 'a' }), 'not-found');
  });

  test('of a held-out item is refused', async () => {
    expectProblem(await annotate(mine.itemIds.at(-1)!, { classKey: 'a' }), 'item-is-holdout');
  });

  test('needs a class or a skip, not both, and says which field is meant', async () => {
    const pointers = async (body: unknown) => {
      const { errors } = expectProblem(await annotate(mine.itemIds[2]!, body), 'validation-failed');
      return errors?.map(({ pointer }) => pointer);
    };
    expect(await pointers({})).toEqual(['/classKey', '/skip']);
    expect(await pointers({ classKey: 5 })).toEqual(['/classKey']);
    expect(await pointers({ skip: { reason: 'bored' } })).toEqual(['/skip/reason']);
    expect(await pointers({ classKey: 'a', activeMs: -1 })).toEqual(['/activeMs']);
    expect(await pointers({ classKey: 'a', skip: { reason: 'other' } })).toEqual(['/skip', '/classKey']);
  });
});

describe('an import', () => {
  const upload = (projectId: string, file: ReturnType<typeof multipart>, query = '') =>
    send(`POST /v1/projects/${projectId}/imports${query}`, file.body, file.headers);
  let images: TestProject;
  beforeAll(async () => {
    const body = { name: 'images', type: 'image', classes: [{ key: 'a' }, { key: 'b' }] };
    const { body: made } = (await ask(house, 'POST /v1/projects', {
      token: engineer.token,
      body,
    })) as Answered<{
      id: string;
    }>;
    images = { projectId: made.id } as TestProject;
  });

  test('of a CSV with wrong columns is refused with the columns named', async () => {
    const { errors } = expectProblem(
      await upload(mine.projectId, multipart('rows.csv', 'titel,label\nhello,a\n')),
      'wrong-columns',
    );
    expect(errors?.map(({ pointer }) => pointer)).toEqual(['/columns/titel', '/columns/text']);
  });

  test('of a ZIP bomb is refused before it is unpacked', async () => {
    const bomb = await zipOf((zip) => zip.addBuffer(Buffer.alloc(40 * 1024 * 1024), 'a/bomb.png'));
    expect(bomb.length).toBeLessThan(100_000);
    expectProblem(await upload(images.projectId, multipart('bomb.zip', bomb)), 'archive-unsafe');
  });

  test.each<[string, string, string, string, ErrorCode]>([
    ['a text that is called ZIP', 'images', 'pictures.zip', 'no archive at all', 'archive-corrupt'],
    ['a ZIP for a project of texts', 'mine', 'pictures.zip', 'PK', 'unsupported-format'],
    ['a format that nobody knows', 'mine', 'rows.xlsx', 'PK', 'unsupported-format'],
    ['lines that are no JSON', 'mine', 'rows.jsonl', 'hello\n', 'malformed-body'],
    ['an empty file', 'mine', 'rows.jsonl', '', 'malformed-body'],
    ['a file that is too large', 'mine', 'rows.jsonl', '{"text":"x"}\n'.repeat(30_000), 'payload-too-large'],
  ])('of %s is refused', async (_, project, fileName, content, code) => {
    const { projectId } = project === 'mine' ? mine : images;
    expectProblem(await upload(projectId, multipart(fileName, content)), code);
  });

  test('without the field `file`, or without a form at all, is refused', async () => {
    const other = multipart('rows.jsonl', '{"text":"x"}\n', 'upload');
    expect(expectProblem(await upload(mine.projectId, other), 'validation-failed').errors).toEqual([
      { pointer: '/file', detail: 'is missing' },
    ]);
    const url = `POST /v1/projects/${mine.projectId}/imports`;
    expectProblem(await send(url, { source: { path: '/etc/passwd' } }), 'path-not-allowed');
    expectProblem(await send(url, { source: {} }), 'validation-failed');
    expectProblem(
      await send(url, '{"text":"x"}\n', { 'content-type': 'text/csv' }),
      'unsupported-media-type',
    );
    expectProblem(await send(url, 'x', { 'content-type': 'multipart/form-data' }), 'malformed-body');
  });

  test('that breaks off in the middle leaves nothing', async () => {
    const { body, headers } = multipart('rows.jsonl', '{"text":"x"}\n'.repeat(1000));
    const socket = connect(Number(new URL(house.url).port), '127.0.0.1');
    const lines = [
      `POST /v1/projects/${mine.projectId}/imports HTTP/1.1`,
      'host: tangent',
      `authorization: Bearer ${engineer.token}`,
      `content-type: ${headers['content-type']}`,
      `content-length: ${body.length}`,
    ];
    socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    socket.write(body.subarray(0, 5000));
    await eventually(async () => (await traces(house))['(files)']).toBe(before['(files)']! + 1);
    socket.destroy();
    await eventually(async () => (await traces(house))['(files)']).toBe(before['(files)']);
  });
});

describe('a lease', () => {
  test('that has expired takes no answer', async () => {
    const leased = (await send(`POST /v1/projects/${mine.projectId}/leases`)) as Answered<{ items: Lease[] }>;
    const [{ leaseId, item }] = leased.body.items as [Lease];
    await house.db.query(
      `UPDATE leases SET created_at = created_at - interval '1 hour', expires_at = now() - interval '1 second'
       WHERE id = $1`,
      [leaseId],
    );
    before = await traces(house);
    expectProblem(
      await send(`POST /v1/items/${item.id}/annotations`, { leaseId, classKey: 'a' }),
      'lease-expired',
    );
    expectProblem(await send(`POST /v1/leases/${leaseId}/heartbeat`), 'lease-expired');
    const other = mine.itemIds.find((id) => id !== item.id && id !== mine.itemIds.at(-1))!;
    expectProblem(
      await send(`POST /v1/items/${other}/annotations`, { leaseId, classKey: 'a' }),
      'lease-not-yours',
    );
  });
});

/** The bytes of an archive. */
async function zipOf(fill: (zip: yazl.ZipFile) => void): Promise<Buffer> {
  const folder = await mkdtemp(path.join(tmpdir(), 'zip-'));
  try {
    const zip = new yazl.ZipFile();
    fill(zip);
    zip.end();
    const file = path.join(folder, 'made.zip');
    await pipeline(zip.outputStream, createWriteStream(file));
    return await readFile(file);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
