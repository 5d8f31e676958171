import { expect, test } from 'vitest';
import { ask, expectProblem, makePerson, traces, useApi } from './support/api.js';

// Postgres says 53100 when its disk is full; a trigger says it here.

const house = useApi();

test.each([
  ['a row that Prisma writes', 'api_tokens', 'POST /v1/tokens', { name: 'mine', scopes: ['*'] }],
  [
    'a transaction',
    'projects',
    'POST /v1/projects',
    { name: 'new', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
  ],
])(
  'a full disk of the database is told as 507, and nothing is kept: %s',
  async (_what, table, call, body) => {
    const { token } = await makePerson(house);
    const { db } = house;
    await db.query(
      `CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         RAISE 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$`,
    );
    await db.query(
      `CREATE TRIGGER full_disk AFTER INSERT ON ${table} FOR EACH ROW EXECUTE FUNCTION full_disk()`,
    );
    const before = await traces(house);
    const refused = await ask(house, call, { token, body });
    expect(refused.status).toBe(507);
    expect(expectProblem(refused, 'insufficient-storage').detail).toContain('disk of the database');
    expect(await traces(house)).toEqual(before);
    await db.query(`DROP TRIGGER full_disk ON ${table}`);
    expect((await ask(house, call, { token, body })).status).toBe(201);
  },
);
