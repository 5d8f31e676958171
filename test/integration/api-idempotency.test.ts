import { randomUUID } from 'node:crypto';
import type { Operation, Project } from '@tangent/contracts';
import { hashRequest } from '@tangent/database';
import { beforeAll, expect, test } from 'vitest';
import {
  type Answered,
  type Asking,
  ask,
  expectProblem,
  giveToken,
  makePerson,
  multipart,
  type Person,
  traces,
  useApi,
} from './support/api.js';
import { makeProject } from './support/database.js';

const house = useApi();
let person: Person;
beforeAll(async () => {
  person = await makePerson(house, { isAdmin: true });
});

const project = (name: string) => ({ name, type: 'text', classes: [{ key: 'a' }, { key: 'b' }] });
const post = <T = Project>(url: string, key: string, more: Asking = {}): Promise<Answered<T>> =>
  ask<T>(house, `POST ${url}`, {
    token: person.token,
    ...more,
    headers: { 'idempotency-key': key, ...more.headers },
  });

test('a repetition gets the first answer again, with its status and headers, and nothing is done twice', async () => {
  const key = randomUUID();
  const body = project('once');
  const first = await post('/v1/projects', key, { body });
  expect(first.status).toBe(201);
  expect(first.headers['idempotent-replayed']).toBeUndefined();
  const before = await traces(house);
  const second = await post('/v1/projects', key, { body });
  expect(second).toMatchObject({ status: 201, body: first.body });
  expect(second.headers).toMatchObject({
    'idempotent-replayed': 'true',
    location: `/v1/projects/${first.body.id}`,
    etag: '"1"',
  });
  expect(await traces(house)).toEqual(before);
});

test('the same key with another body, path or query is refused; another user has keys of their own', async () => {
  const key = randomUUID();
  const body = project('mine');
  const first = await post('/v1/projects', key, { body });
  expectProblem(await post('/v1/projects', key, { body: project('other') }), 'idempotency-key-reused');
  expectProblem(
    await post('/v1/tokens', key, { body: { name: 't', scopes: ['*'] } }),
    'idempotency-key-reused',
  );
  const other = await makePerson(house);
  const theirs = await post('/v1/projects', key, { body, token: other.token });
  expect(theirs.status).toBe(201);
  expect(theirs.body.id).not.toBe(first.body.id);
});

test('two at once are done once: the second hears that the first still runs, or gets its answer', async () => {
  const key = randomUUID();
  const body = project('raced');
  const answers = await Promise.all(Array.from({ length: 8 }, () => post('/v1/projects', key, { body })));
  const made = answers.filter(({ status }) => status === 201);
  expect(made.length).toBeGreaterThan(0);
  expect(new Set(made.map((answered) => answered.body.id)).size).toBe(1);
  for (const answered of answers)
    if (answered.status !== 201) expectProblem(answered, 'idempotency-key-in-use');
  const [row] = await house.db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM projects WHERE name = 'raced'`,
  );
  expect(row!.n).toBe(1);
});

test('a request that failed may be repeated with its key, corrected', async () => {
  const key = randomUUID();
  const twice = { ...project('corrected'), classes: [{ key: 'a' }, { key: 'a' }] };
  expectProblem(await post('/v1/projects', key, { body: twice }), 'duplicate-class');
  expect((await post('/v1/projects', key, { body: project('corrected') })).status).toBe(201);
});

test('a request whose process died before it was done is taken over after a minute', async () => {
  const body = project('of the dead');
  await post('/v1/projects', 'lives', { body });
  await house.db.query(
    `INSERT INTO idempotency_keys (user_id, key, request_hash)
     SELECT user_id, 'died', request_hash FROM idempotency_keys WHERE key = 'lives'`,
  );
  expectProblem(await post('/v1/projects', 'died', { body }), 'idempotency-key-in-use');
  await house.db.query(
    `UPDATE idempotency_keys SET created_at = created_at - interval '61 seconds' WHERE key = 'died'`,
  );
  expect((await post('/v1/projects', 'died', { body })).status).toBe(201);
});

test('a new token is given again to the login that asked for it, and cannot be read from the database', async () => {
  const key = randomUUID();
  const body = { name: 'sealed', scopes: ['label'] };
  const first = await post<{ token: string }>('/v1/tokens', key, { body });
  const second = await post<{ token: string }>('/v1/tokens', key, { body });
  expect(second.body).toEqual(first.body);
  const [row] = await house.db.query<{ text: string }>(
    'SELECT body::text AS text FROM idempotency_keys WHERE key = $1',
    [key],
  );
  expect(row!.text).not.toContain(first.body.token.slice(4));
  const otherLogin = await giveToken(house, person.userId);
  expectProblem(await post('/v1/tokens', key, { body, token: otherLogin }), 'idempotency-key-reused');
});

test('a login is repeated to whoever knows the password still, with its cookie, and makes one session', async () => {
  const password = 'correct horse battery';
  const { email, userId } = await makePerson(house, { password });
  const key = randomUUID();
  const login = (secret = password) =>
    ask<{ csrfToken: string }>(house, 'POST /v1/sessions', {
      body: { email, password: secret },
      headers: { 'idempotency-key': key },
    });
  const cookieOf = ({ headers }: Answered) => String(headers['set-cookie']).split(';', 1)[0]!;
  const crossing = await Promise.all([login(), login(), login()]);
  const first = crossing.find(({ status }) => status === 201)!;
  for (const other of crossing)
    if (other.status !== 201) expectProblem(other, 'idempotency-key-in-use');
    else expect(cookieOf(other)).toBe(cookieOf(first));
  const again = await login();
  expect(again).toMatchObject({ status: 201, body: first.body, headers: { 'idempotent-replayed': 'true' } });
  expect(cookieOf(again)).toBe(cookieOf(first));
  const me = await ask(house, 'GET /v1/me', { headers: { cookie: cookieOf(again) } });
  expect(me.body).toEqual(first.body);
  const [{ n }] = (await house.db.query('SELECT count(*)::int AS n FROM sessions WHERE user_id = $1', [
    userId,
  ])) as [{ n: number }];
  expect(n).toBe(1);

  const wrong = await login('not this one at all');
  expectProblem(wrong, 'wrong-credentials');
  expect(wrong.headers['set-cookie']).toBeUndefined();
  const [kept] = await house.db.query<{ request_hash: string; text: string }>(
    'SELECT request_hash, body::text AS text FROM idempotency_keys WHERE key = $1',
    [key],
  );
  expect(kept!.text).not.toContain(first.body.csrfToken);
  expect(kept!.text).not.toContain(cookieOf(first).split('=')[1]);
  // Or it could be guessed a million times a second, by whoever reads the database.
  const ofPassword = hashRequest('POST', '/v1/sessions', JSON.stringify({ email, password }));
  expect(kept!.request_hash).not.toBe(ofPassword);
  const token = await giveToken(house, userId);
  expectProblem(await post('/v1/projects', key, { body: project('other'), token }), 'idempotency-key-reused');
});

test('an upload is compared by its content, and imported once', async () => {
  const { projectId } = await makeProject(house.db, { numItems: 0 });
  const key = randomUUID();
  const url = `/v1/projects/${projectId}/imports`;
  const file = multipart('rows.jsonl', '{"text":"one"}\n');
  const first = await post<Operation>(url, key, file);
  expect(first.status).toBe(202);
  expect(first.headers.location).toBe(`/v1/operations/${first.body.id}`);
  const before = await traces(house);
  const second = await post<Operation>(url, key, file);
  expect(second).toMatchObject({ status: 202, body: { id: first.body.id } });
  expect(second.headers.location).toBe(first.headers.location);
  expectProblem(await post(url, key, multipart('rows.jsonl', '{"text":"two"}\n')), 'idempotency-key-reused');
  expect(await traces(house)).toEqual(before);
});

test('a key must be a word', async () => {
  for (const key of ['', 'two words', 'x'.repeat(256)])
    expectProblem(await post('/v1/projects', key, { body: project('keyless') }), 'validation-failed');
});
