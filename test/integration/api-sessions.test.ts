import { isPassword } from '@tangent/api';
import { type Project, projectSettings, type User } from '@tangent/contracts';
import { listAudit, updateUser } from '@tangent/database';
import { beforeEach, describe, expect, test } from 'vitest';
import {
  type Answered,
  ask,
  expectProblem,
  giveToken,
  makePerson,
  newToken,
  type Person,
  useApi,
} from './support/api.js';
import { nobody } from './support/database.js';

const house = useApi();

type Login = Answered<{ user: User; csrfToken: string }>;
const login = (email: string, secret: string, headers: Record<string, string> = {}) =>
  ask<Login['body']>(house, 'POST /v1/sessions', { body: { email, password: secret }, headers });
const cookieOf = ({ headers }: Answered) => String(headers['set-cookie']).split(';', 1)[0]!;
const me = (cookie: string) => ask<Login['body']>(house, 'GET /v1/me', { headers: { cookie } });

const password = 'correct horse battery';
let person: Person;
beforeEach(async () => {
  person = await makePerson(house, { password });
});

describe('logging in', () => {
  test('sets a cookie that scripts and other sites do not get, and says who one is', async () => {
    const answered = await login(` ${person.email.toUpperCase()} `, password);
    expect(answered.status).toBe(201);
    expect(answered.body.user).toMatchObject({ id: person.userId, email: person.email });
    const cookie = String(answered.headers['set-cookie']);
    expect(cookie).toMatch(/^tangent_session=[\w-]{43};/);
    for (const part of ['HttpOnly', 'SameSite=Lax', 'Path=/', 'Max-Age=2592000'])
      expect(cookie).toContain(part);
    const known = await me(cookieOf(answered));
    expect(known.body).toEqual({ user: answered.body.user, csrfToken: answered.body.csrfToken });
    expect(known.headers['cache-control']).toBe('no-store');
  });

  test('a wrong password and an unknown e-mail are the same refusal', async () => {
    const wrong = expectProblem(await login(person.email, 'not this one'), 'wrong-credentials');
    const unknown = expectProblem(await login('nobody@tangent.test', 'not this one'), 'wrong-credentials');
    expect(unknown.detail).toBe(wrong.detail);
  });

  test('after ten failures of an e-mail the right password is refused too, from anywhere', async () => {
    const from = (i: number) => ({ 'x-forwarded-for': `192.0.2.${i}` });
    for (let i = 0; i < 10; i++)
      expectProblem(await login(person.email, 'wrong', from(i)), 'wrong-credentials');
    const refused = await login(person.email, password, from(99));
    expectProblem(refused, 'too-many-requests');
    expect(refused.headers['retry-after']).toBe('900');
    const other = await makePerson(house, { password });
    expect((await login(other.email, password, from(1))).status).toBe(201);
  });

  test('the password is stored as scrypt with its parameters, and compared whole', async () => {
    const [row] = await house.db.query<{ password_hash: string }>(
      'SELECT password_hash FROM users WHERE id = $1',
      [person.userId],
    );
    expect(row!.password_hash).toMatch(/^scrypt\$32768\$8\$1\$/);
    expect(await isPassword(password, row!.password_hash)).toBe(true);
    expect(await isPassword(`${password} `, row!.password_hash)).toBe(false);
    expect(await isPassword(password, undefined)).toBe(false);
  });
});

describe('a session', () => {
  const enter = async () => {
    const answered = await login(person.email, password);
    return { cookie: cookieOf(answered), csrf: answered.body.csrfToken };
  };
  const create = (headers: Record<string, string>) =>
    ask(house, 'POST /v1/projects', {
      body: { name: 'of a session', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
      headers,
    });

  test('writes only with its CSRF token; the cookie alone, as another site would send it, is not enough', async () => {
    const { cookie, csrf } = await enter();
    expectProblem(await create({ cookie }), 'csrf-token-missing');
    expectProblem(await create({ cookie, 'x-csrf-token': `${csrf}x` }), 'csrf-token-missing');
    const other = await enter();
    expectProblem(await create({ cookie, 'x-csrf-token': other.csrf }), 'csrf-token-missing');
    expect((await create({ cookie, 'x-csrf-token': csrf })).status).toBe(201);
    expect((await ask(house, 'GET /v1/projects', { headers: { cookie } })).status).toBe(200);
    expect((await ask(house, 'HEAD /v1/projects', { headers: { cookie } })).status).toBe(200);
  });

  test('ends with the logout, at once', async () => {
    const { cookie, csrf } = await enter();
    const out = await ask(house, 'DELETE /v1/sessions/current', {
      headers: { cookie, 'x-csrf-token': csrf },
    });
    expect(out.status).toBe(204);
    expect(String(out.headers['set-cookie'])).toMatch(/^tangent_session=;/);
    expectProblem(await me(cookie), 'unauthenticated');
  });

  test('ends with a new password and with being disabled, tokens of a disabled user as well', async () => {
    const first = await enter();
    const admin = await makePerson(house, { isAdmin: true });
    const patch = (body: object) =>
      ask<User>(house, `PATCH /v1/users/${person.userId}`, { token: admin.token, body });
    expect((await patch({ password: 'a new long password' })).status).toBe(200);
    expectProblem(await me(first.cookie), 'unauthenticated');
    const second = await login(person.email, 'a new long password');
    expect((await patch({ isDisabled: true })).body.isDisabled).toBe(true);
    expectProblem(await me(cookieOf(second)), 'unauthenticated');
    expectProblem(await ask(house, 'GET /v1/me', { token: person.token }), 'unauthenticated');
    expectProblem(await login(person.email, 'a new long password'), 'wrong-credentials');
  });

  test('ends when its user becomes an admin or ceases to be one, not with another name', async () => {
    const admin = await makePerson(house, { isAdmin: true });
    const patch = (body: object) =>
      ask<User>(house, `PATCH /v1/users/${person.userId}`, { token: admin.token, body });
    for (const isAdmin of [true, false]) {
      const { cookie } = await enter();
      await patch({ name: 'renamed' });
      await patch({ isAdmin: !isAdmin });
      expect((await me(cookie)).status).toBe(200);
      await patch({ isAdmin });
      expectProblem(await me(cookie), 'unauthenticated');
    }
  });

  test('is listed with the others of its user, and any of them can be ended by that user or an admin', async () => {
    const [here, there] = [await enter(), await enter()];
    const list = async (asking: { token?: string; headers?: Record<string, string> }, query = '') => {
      const answered = await ask<{ items: { id: string; isCurrent: boolean }[] }>(
        house,
        `GET /v1/sessions${query}`,
        asking,
      );
      return answered.body.items;
    };
    const listed = await list({ headers: { cookie: here.cookie } });
    expect(listed.map(({ isCurrent }) => isCurrent)).toEqual([false, true]);
    expect(JSON.stringify(listed)).not.toContain(here.csrf);
    const end = (id: string, token: string) => ask(house, `DELETE /v1/sessions/${id}`, { token });

    const other = await makePerson(house);
    const ofPerson = `?userId=${person.userId}`;
    expectProblem(await ask(house, `GET /v1/sessions${ofPerson}`, { token: other.token }), 'forbidden');
    expectProblem(await end(listed[0]!.id, other.token), 'not-found');
    expect((await end(listed[0]!.id, person.token)).status).toBe(204);
    expectProblem(await me(there.cookie), 'unauthenticated');
    expectProblem(await end(listed[0]!.id, person.token), 'not-found');

    const admin = await makePerson(house, { isAdmin: true });
    const rest = await list({ token: admin.token }, ofPerson);
    expect(rest.map(({ id }) => id)).toEqual([listed[1]!.id]);
    expect((await end(rest[0]!.id, admin.token)).status).toBe(204);
    expectProblem(await me(here.cookie), 'unauthenticated');
    const { items } = await listAudit(house.db, { limit: 1 });
    expect(items[0]).toMatchObject({
      action: 'session.revoke',
      actorId: admin.userId,
      detail: { userId: person.userId },
    });
  });

  test('lasts 30 days after it was used last, and is noted at most once a minute', async () => {
    const { cookie } = await enter();
    const set = (sql: string) =>
      house.db.query(`UPDATE sessions SET ${sql} WHERE user_id = $1`, [person.userId]);
    const read = async () => {
      const [row] = await house.db.query<{ last_seen_at: Date; days: number }>(
        `SELECT last_seen_at, extract(epoch FROM expires_at - now())::float8 / 86400 AS days
         FROM sessions WHERE user_id = $1`,
        [person.userId],
      );
      return row!;
    };
    const before = await read();
    await me(cookie);
    expect(await read()).toMatchObject({ last_seen_at: before.last_seen_at });
    await set(`last_seen_at = now() - interval '2 days', expires_at = now() + interval '1 day'`);
    const answered = await me(cookie);
    expect(String(answered.headers['set-cookie'])).toContain('Max-Age=2592000');
    expect((await read()).days).toBeGreaterThan(29.9);
    await set(`expires_at = now() - interval '1 second'`);
    expectProblem(await me(cookie), 'unauthenticated');
  });
});

describe('an API token', () => {
  test('is shown once, stored as a hash, listed by its prefix, and revoked for good', async () => {
    const made = await ask<{ id: string; token: string }>(house, 'POST /v1/tokens', {
      token: person.token,
      body: { name: 'laptop', scopes: ['label', 'projects:read'] },
    });
    expect(made.status).toBe(201);
    expect(made.body.token).toMatch(/^tgt_[\w-]{43}$/);
    const [row] = await house.db.query<{ token_hash: Buffer; prefix: string }>(
      'SELECT token_hash, prefix FROM api_tokens WHERE id = $1',
      [made.body.id],
    );
    expect(row!.token_hash).toHaveLength(32);
    const listed = await ask<{ items: { id: string; prefix: string }[] }>(house, 'GET /v1/tokens', {
      token: person.token,
    });
    expect(listed.body.items[0]).toMatchObject({ id: made.body.id, prefix: made.body.token.slice(0, 8) });
    expect(JSON.stringify(listed.body)).not.toContain(made.body.token.slice(8));

    const asking = { token: made.body.token };
    expect((await ask(house, 'GET /v1/projects', asking)).status).toBe(200);
    expectProblem(await ask(house, 'POST /v1/tokens', asking), 'forbidden');
    const revoke = () => ask(house, `DELETE /v1/tokens/${made.body.id}`, { token: person.token });
    expect((await revoke()).status).toBe(204);
    expectProblem(await ask(house, 'GET /v1/projects', asking), 'unauthenticated');
    expectProblem(await revoke(), 'not-found');
  });

  test('that is unknown, expired or no token at all is refused, also beside a good cookie', async () => {
    const cookie = cookieOf(await login(person.email, password));
    const expired = await giveToken(house, person.userId, { expiresAt: new Date(Date.now() - 1000) });
    for (const token of [newToken(), expired, 'tgt_short'])
      expectProblem(await ask(house, 'GET /v1/me', { token, headers: { cookie } }), 'unauthenticated');
    const basic = { authorization: 'Basic YTpi', cookie };
    expectProblem(await ask(house, 'GET /v1/me', { headers: basic }), 'unauthenticated');
  });

  test('must end in the future, if it ends', async () => {
    const past = { name: 'late', scopes: ['*'], expiresAt: '2020-01-01T00:00:00.000Z' };
    const { errors } = expectProblem(
      await ask(house, 'POST /v1/tokens', { token: person.token, body: past }),
      'validation-failed',
    );
    expect(errors?.[0]?.pointer).toBe('/expiresAt');
  });

  test('of somebody else is not there', async () => {
    const other = await makePerson(house);
    const { body } = await ask<{ items: { id: string }[] }>(house, 'GET /v1/tokens', { token: other.token });
    const [{ id }] = body.items as [{ id: string }];
    expectProblem(await ask(house, `DELETE /v1/tokens/${id}`, { token: person.token }), 'not-found');
  });
});

describe('users', () => {
  test('are made by admins, with one e-mail each; the last admin stays one', async () => {
    const admin = await makePerson(house, { isAdmin: true });
    const body = { email: 'New.Person@Tangent.test', name: 'New', password: 'long enough to do' };
    const made = await ask<User>(house, 'POST /v1/users', { token: admin.token, body });
    expect(made.body).toMatchObject({ email: 'new.person@tangent.test', isAdmin: false, isDisabled: false });
    expect(JSON.stringify(made.body)).not.toContain('scrypt');
    expectProblem(await ask(house, 'POST /v1/users', { token: admin.token, body }), 'email-taken');
    const short = { ...body, email: 'other@tangent.test', password: 'short' };
    const { errors } = expectProblem(
      await ask(house, 'POST /v1/users', { token: admin.token, body: short }),
      'validation-failed',
    );
    expect(errors).toEqual([{ pointer: '/password', detail: 'must have at least 10 characters' }]);

    const others = await house.db.query<{ id: string }>('SELECT id FROM users WHERE is_admin AND id <> $1', [
      admin.userId,
    ]);
    for (const { id } of others) await updateUser(house.db, { userId: id, isAdmin: false, actor: nobody });
    const patch = { token: admin.token, body: { isAdmin: false } };
    expectProblem(await ask(house, `PATCH /v1/users/${admin.userId}`, patch), 'forbidden');
  });

  test('get a role in a project from its admin, and act by it; the audit says who gave it', async () => {
    const owner = await makePerson(house);
    const settings = projectSettings.parse({});
    const { body: project } = await ask<Project>(house, 'POST /v1/projects', {
      token: owner.token,
      body: { name: 'shared', type: 'text', classes: [{ key: 'a' }, { key: 'b' }], settings },
    });
    const get = () => ask<Project>(house, `GET /v1/projects/${project.id}`, { token: person.token });
    const put = (role: string) =>
      ask(house, `PUT /v1/projects/${project.id}/members/${person.userId}`, {
        token: owner.token,
        body: { role },
      });
    expectProblem(await get(), 'not-found');
    expect((await put('annotator')).status).toBe(200);
    expect((await get()).body.role).toBe('annotator');
    expect((await put('engineer')).body).toEqual({
      projectId: project.id,
      userId: person.userId,
      role: 'engineer',
    });
    expect((await get()).body.role).toBe('engineer');
    expectProblem(await put('king'), 'validation-failed');
    const { items } = await listAudit(house.db, { limit: 5 });
    expect(items[0]).toMatchObject({ action: 'member.put', actorId: owner.userId, targetId: project.id });
  });
});

describe('one’s own password', () => {
  test('is changed by whoever knows it; the session stays, all others end', async () => {
    const [here, elsewhere] = [await login(person.email, password), await login(person.email, password)];
    const headers = { cookie: cookieOf(here), 'x-csrf-token': here.body.csrfToken };
    const change = (currentPassword: string, newPassword: string) =>
      ask(house, 'PUT /v1/me/password', { body: { currentPassword, newPassword }, headers });
    const { errors } = expectProblem(await change('not this one', 'another long one'), 'validation-failed');
    expect(errors).toEqual([{ pointer: '/currentPassword', detail: 'is wrong' }]);
    expectProblem(await change(password, 'short'), 'validation-failed');
    expect((await me(cookieOf(elsewhere))).status).toBe(200);

    expect((await change(password, 'another long one')).status).toBe(204);
    expect((await me(cookieOf(here))).status).toBe(200);
    expectProblem(await me(cookieOf(elsewhere)), 'unauthenticated');
    expectProblem(await login(person.email, password), 'wrong-credentials');
    expect((await login(person.email, 'another long one')).status).toBe(201);
    const { items } = await listAudit(house.db, { targetId: person.userId, limit: 1 });
    expect(items[0]).toMatchObject({ action: 'user.change-password', actorId: person.userId, detail: {} });
  });

  test('cannot be guessed through a session that somebody left open', async () => {
    const here = await login(person.email, password);
    const headers = { cookie: cookieOf(here), 'x-csrf-token': here.body.csrfToken };
    const guess = () =>
      ask(house, 'PUT /v1/me/password', {
        body: { currentPassword: 'a guess', newPassword: 'another long one' },
        headers,
      });
    for (let n = 0; n < 10; n++) expectProblem(await guess(), 'validation-failed');
    expectProblem(await guess(), 'too-many-requests');
  });
});
