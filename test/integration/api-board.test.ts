import { createSession } from '@tangent/database';
import { beforeAll, describe, expect, test } from 'vitest';
import { ask, expectProblem, giveToken, makePerson, newToken, type Person, useApi } from './support/api.js';

const house = useApi();
let admin: Person;
let session: { readonly cookie: string; readonly csrf: string };
beforeAll(async () => {
  admin = await makePerson(house, { isAdmin: true });
  const token = newToken().slice(4);
  const csrfToken = 'only our own page knows it';
  await createSession(house.db, {
    userId: admin.userId,
    token,
    csrfToken,
    expiresAt: new Date(Date.now() + 3_600_000),
  });
  session = { cookie: `tangent_session=${token}`, csrf: csrfToken };
});

/** The page, what it loads, and what it asks. */
const paths = [
  '/admin/queues',
  '/admin/queues/',
  '/admin/queues/api/queues',
  '/admin/queues/queue/tangent-rounds',
];

describe('Bull Board', () => {
  test.each(paths)('%s is for admins: 401 for nobody, 403 for others', async (path) => {
    expectProblem(await ask(house, `GET ${path}`), 'unauthenticated');
    const { token } = await makePerson(house);
    expectProblem(await ask(house, `GET ${path}`, { token }), 'forbidden');
    const narrow = await giveToken(house, admin.userId, {
      scopes: ['projects:read', 'projects:write', 'label'],
    });
    expectProblem(await ask(house, `GET ${path}`, { token: narrow }), 'forbidden');
    expectProblem(await ask(house, 'GET /admin/queues/static/js/main.js'), 'unauthenticated');
  });

  test('shows the page to a session of an admin, and loads nothing from outside', async () => {
    const headers = { cookie: session.cookie };
    const page = await ask<string>(house, 'GET /admin/queues', { headers });
    expect(page.status).toBe(200);
    expect(page.headers['content-type']).toMatch(/^text\/html/);
    expect(page.body).toContain('<base href="/admin/queues/"');
    expect(page.body).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
    const policy = page.headers['content-security-policy'];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("script-src 'self';");
    const [, script] = /src="(static\/js\/main[^"]+)"/.exec(page.body)!;
    const loaded = await ask(house, `GET /admin/queues/${script}`, { headers });
    expect(loaded.status).toBe(200);
    expect(loaded.headers['content-type']).toMatch(/javascript/);
  });

  test('knows both queues, and their jobs', async () => {
    const headers = { cookie: session.cookie };
    const { status, body } = await ask<{ queues: { name: string; readOnlyMode: boolean }[] }>(
      house,
      'GET /admin/queues/api/queues',
      { headers },
    );
    expect(status).toBe(200);
    expect(body.queues.map(({ name, readOnlyMode }) => ({ name, readOnlyMode }))).toEqual([
      { name: 'tangent-rounds', readOnlyMode: true },
      { name: 'tangent-imports', readOnlyMode: true },
    ]);
  });

  test('takes no write, not with the cookie alone and not with the CSRF token either', async () => {
    const routes = house.app.printRoutes({ commonPrefix: false });
    expect(routes).toContain('admin/queues');
    for (const what of [
      'PUT /admin/queues/api/queues/tangent-rounds/pause',
      'PUT /admin/queues/api/queues/tangent-rounds/empty',
      'POST /admin/queues/api/queues/tangent-rounds/add',
      'PUT /admin/queues/api/queues/tangent-rounds/x/retry',
    ]) {
      expectProblem(await ask(house, what, { headers: { cookie: session.cookie } }), 'csrf-token-missing');
      const headers = { cookie: session.cookie, 'x-csrf-token': session.csrf };
      const { detail } = expectProblem(await ask(house, what, { headers }), 'forbidden');
      expect(detail).toContain('only shows');
    }
    const { body } = await ask<{ items: { isPaused: boolean }[] }>(house, 'GET /v1/admin/queues', {
      token: admin.token,
    });
    expect(body.items.map(({ isPaused }) => isPaused)).toEqual([false, false]);
  });
});
