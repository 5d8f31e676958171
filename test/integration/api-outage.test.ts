import { randomUUID } from 'node:crypto';
import type { Project } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { ask, eventually, expectProblem, makePerson, useApi } from './support/api.js';
import { type CuttableLine, cuttableLine } from './support/cuttable-line.js';

let line: CuttableLine;
const house = useApi({
  async lineTo(databaseUrl) {
    line = await cuttableLine(databaseUrl);
    return line.url;
  },
});

test('while the database is away every call is a 503 that says so, and all is well again afterwards', async () => {
  const person = await makePerson(house);
  const { token } = person;
  const body = { name: 'through an outage', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] };
  const headers = { 'idempotency-key': randomUUID() };
  const create = () => ask<Project>(house, 'POST /v1/projects', { token, body, headers });
  const ready = () => ask<{ checks: Record<string, string> }>(house, 'GET /readyz');
  // The queue is opened by the first question, which a busy machine may not answer in time.
  await eventually(async () => (await ready()).status).toBe(200);

  await line.cut();
  for (let i = 0; i < 5; i++) expectProblem(await create(), 'database-unavailable');
  const login = { body: { email: person.email, password: 'password' } };
  expectProblem(await ask(house, 'POST /v1/sessions', login), 'database-unavailable');
  const { status, body: verdict } = await ready();
  expect(status).toBe(503);
  expect(verdict.checks).toMatchObject({
    database: expect.stringContaining('cannot be reached'),
    blobs: 'ok',
  });
  expect((await ask(house, 'GET /healthz')).status).toBe(200);

  await line.mend();
  const made = await create();
  expect(made.status).toBe(201);
  expect((await create()).body.id).toBe(made.body.id);
  await eventually(async () => (await ready()).status).toBe(200);
  // The two listeners said that they were cut off, and how they tried to come back.
  expect(house.background.splice(0).length).toBeGreaterThanOrEqual(2);
});
