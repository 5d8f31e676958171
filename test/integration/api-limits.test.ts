import { expect, test } from 'vitest';
import { ask, expectProblem, makePerson, useApi } from './support/api.js';

const house = useApi({ requestsPerMinute: 20, loginsPerMinute: 5, hasSecureCookies: true });

test('whoever asks too often waits, and the others do not', async () => {
  const [busy, calm] = [await makePerson(house), await makePerson(house)];
  const get = (token: string) => ask(house, 'GET /v1/me', { token });
  for (let i = 0; i < 20; i++) expect((await get(busy.token)).status).toBe(200);
  const refused = await get(busy.token);
  expectProblem(refused, 'too-many-requests');
  expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
  expect((await get(calm.token)).status).toBe(200);
});

test('logins from one address are bounded, whatever e-mails and tokens they name', async () => {
  const login = async (i: number) => {
    const answered = await ask<{ code: string }>(house, 'POST /v1/sessions', {
      // A false token, so that each request counts as that of another caller.
      headers: { 'x-forwarded-for': '192.0.2.7', authorization: `Bearer tgt_${String(i).padStart(43, '0')}` },
      body: { email: `guess-${i}@tangent.test`, password: 'password' },
    });
    return answered.body.code;
  };
  const codes = await Promise.all(Array.from({ length: 8 }, (_, i) => login(i)));
  expect(codes.filter((code) => code === 'wrong-credentials')).toHaveLength(5);
  expect(codes.filter((code) => code === 'too-many-requests')).toHaveLength(3);
});

test('where TLS is in front the cookie is for https only', async () => {
  const password = 'correct horse battery';
  const { email } = await makePerson(house, { password });
  const headers = { 'x-forwarded-for': '192.0.2.8' };
  const answered = await ask(house, 'POST /v1/sessions', { body: { email, password }, headers });
  expect(String(answered.headers['set-cookie'])).toMatch(/; Secure(;|$)/);
});
