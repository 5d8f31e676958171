import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { root } from '../lib/paths.mjs';
import { freePort } from '../lib/ports.mjs';
import { withClient } from '../lib/postgres-client.mjs';
import { capture } from '../lib/process.mjs';
import { createTestDatabase } from '../lib/test-database.mjs';
import { startThrowAwayRedis, throwAwayFolder } from '../lib/throw-away.mjs';

const undo = [];
afterEach(async () => {
  for (const step of undo.splice(0).reverse()) await step();
});

/** An installation with a database, a Redis, a data folder, one blob and one worker; and the doctor's word on it. */
async function installation() {
  const database = await createTestDatabase();
  undo.push(database.drop);
  const redis = await startThrowAwayRedis();
  undo.push(redis.stop);
  const dir = throwAwayFolder('doctor');
  undo.push(() => rmSync(dir, { recursive: true, force: true }));
  const key = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824'; // of “hello”
  const blob = path.join(dir, 'blobs/2c/f2', key);
  mkdirSync(path.dirname(blob), { recursive: true });
  writeFileSync(blob, 'hello');
  const sql = (text, values) => withClient(database.url, (client) => client.query(text, values));
  await sql(`INSERT INTO media VALUES ('${key}', 'image/png', 1, 1, 1, 5)`);
  // Alive for as long as the test may take on a busy machine.
  await sql(
    `INSERT INTO workers (id, host, pid, engine, device, threads, last_heartbeat_at)
     VALUES ('wrk', 'here', 7, 'wasm', 'CPU', 2, now() + interval '1 hour')`,
  );
  const env = {
    PATH: process.env.PATH,
    TANGENT_DATA: dir,
    DATABASE_URL: database.url,
    REDIS_URL: redis.url,
    PORT: String(await freePort()),
    API_PORT: String(await freePort()),
  };
  const examine = (more = {}) =>
    capture(process.execPath, ['scripts/doctor.mjs'], { cwd: root, env: { ...env, ...more } });
  return { env, sql, blob, examine };
}

it('finds nothing wrong with a healthy installation', async () => {
  const { examine } = await installation();
  const { code, output } = await examine();
  expect(output).toContain('nothing is wrong');
  expect(output).toContain('worker 7 on here is alive');
  expect(output).toContain('1 blobs looked at are whole');
  expect(output).toMatch(/Redis \d+\.\d+\.\d+ answers, and throws no job away/);
  expect(output).toContain('all migrations are applied');
  expect(code).toBe(0);
});

it('names all that is broken, each with the way out', async () => {
  const { env, sql, blob, examine } = await installation();
  await sql("DELETE FROM _prisma_migrations WHERE migration_name = '0002_guards'");
  await sql("UPDATE workers SET last_heartbeat_at = now() - interval '1 minute'");
  writeFileSync(blob, 'hallo');
  const other = `0000${randomBytes(30).toString('hex')}`;
  await sql('INSERT INTO media VALUES ($1, $2, 1, 1, 1, 5)', [other, 'image/png']);
  const untrained = `ffff${randomBytes(30).toString('hex')}`; // of a cold start
  await sql("INSERT INTO projects (id, name, type, settings) VALUES ('prj', 'pool', 'text', '{}')");
  await sql(
    `INSERT INTO rounds (id, project_id, number, trigger, strategy, seed, batch_size, config, label_seq, cold_network)
     VALUES ('rnd', 'prj', 1, 'first', 'random', 1, 1, '{}', 0, jsonb_build_object('checkpointKey', $1::text))`,
    [untrained],
  );
  const taken = net.createServer().listen(Number(env.PORT), '127.0.0.1');
  undo.push(() => new Promise((resolve) => taken.close(resolve)));
  const { code, output } = await examine({ TANGENT_ENGINE: 'abacus' });
  for (const finding of [
    /✗ 1 migrations are not applied: 0002_guards\n {2}→ npm run db:deploy/,
    new RegExp(`✗ 2 of 3 blobs .* are missing in .*${other}\\n {2}→ restore the blobs from`),
    /✗ 1 of 3 blobs are damaged, such as 2cf24d\w+\n {2}→ restore them/,
    /✗ no worker is alive: .*\n {2}→ start one/,
    new RegExp(`✗ port ${env.PORT}, .* in use by another program\\n {2}→ .*PORT=${Number(env.PORT) + 10}`),
    /✗ unknown engine “abacus”.*\n {2}→ unset TANGENT_ENGINE/,
    /\n6 things are wrong/,
  ])
    expect(output).toMatch(finding);
  expect(code).toBe(1);
});

it('tells a server that is away from one that refuses, and from one that evicts', async () => {
  const { env, examine } = await installation();
  const nobody = `127.0.0.1:${await freePort()}`;
  const away = await examine({
    DATABASE_URL: `postgresql://tangent:secret@${nobody}/tangent`,
    REDIS_URL: `redis://${nobody}`,
  });
  expect(away.output).toMatch(/✗ DATABASE_URL names .*ECONNREFUSED/);
  expect(away.output).not.toContain('secret');
  expect(away.output).toContain(`✗ no Redis answers on ${nobody}`);
  expect(away.code).toBe(1);

  const wrong = new URL(env.REDIS_URL);
  wrong.password = 'guess';
  expect((await examine({ REDIS_URL: wrong.href })).output).toMatch(/✗ Redis on .* refuses: -/);

  const client = net.connect(Number(wrong.port), '127.0.0.1');
  undo.push(() => client.destroy());
  let answer = '';
  const answered = new Promise((resolve) => {
    client.on('data', (chunk) => {
      answer += chunk;
      if (answer === '+OK\r\n+OK\r\n') resolve();
    });
  });
  const { password } = new URL(env.REDIS_URL);
  client.write(`AUTH ${password}\r\nCONFIG SET maxmemory-policy allkeys-lru\r\n`);
  await answered;
  const evicts = await examine();
  expect(evicts.output).toMatch(
    /✗ Redis on .* may throw jobs away: .*allkeys-lru\n {2}→ set maxmemory-policy/,
  );
  expect(evicts.code).toBe(1);
});
