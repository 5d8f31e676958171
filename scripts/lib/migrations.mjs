// The Prisma side: generating the client and applying prisma/migrations, both skipped when there is nothing to do,
// for the Prisma CLI needs 3 s to find that out.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';
import { withClient } from './postgres-client.mjs';
import { runOrFail } from './process.mjs';

const migrationsDir = path.join(root, 'prisma/migrations');
const schemaFile = path.join(root, 'prisma/schema.prisma');
const generatedDir = path.join(root, 'packages/database/src/generated');

/** Generates the Prisma client, unless it was generated from this very schema by this very version. */
export async function generateClient() {
  const stamp = path.join(generatedDir, '.made-from');
  const version = readFileSync(path.join(root, 'node_modules/prisma/package.json'));
  const wanted = createHash('sha256').update(readFileSync(schemaFile)).update(version).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return { isChanged: false };
  await prisma(['generate']);
  writeFileSync(stamp, wanted);
  return { isChanged: true };
}

/** Brings a database to the state of prisma/migrations. */
export async function deployMigrations(url) {
  if (await isMigrated(url)) return { isChanged: false };
  await runMigrations(url);
  return { isChanged: true };
}

/**
 * How a database differs from prisma/migrations, by names: `missing`: not applied yet; `changed`: applied in another form;
 * `unknown`: applied by another version of Tangent; `unfinished`: begun only.
 */
export async function compareMigrations(url) {
  const rows = await appliedMigrations(url);
  const here = new Map(migrations().map(({ name, checksum }) => [name, checksum]));
  const nameOf = (row) => row.migration_name;
  const applied = new Set(rows.map(nameOf));
  return {
    missing: [...here.keys()].filter((name) => !applied.has(name)),
    changed: rows.filter((row) => ![undefined, row.checksum].includes(here.get(nameOf(row)))).map(nameOf),
    unknown: rows.map(nameOf).filter((name) => !here.has(name)),
    unfinished: rows.filter((row) => row.finished_at === null).map(nameOf),
  };
}

/** `prisma migrate deploy`, without asking first. */
export async function runMigrations(url) {
  await prisma(['migrate', 'deploy'], { DATABASE_URL: url });
}

/** Names the state that the migrations lead to. */
export function migrationsHash() {
  const hash = createHash('sha256');
  for (const { name, sql } of migrations()) hash.update(`${name}\0${sql}\0`);
  return hash.digest('hex');
}

/** All of this version, in order. @returns {{ name: string, sql: string, checksum: string }[]} */
export function migrations() {
  return readdirSync(migrationsDir, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => {
      const sql = readFileSync(path.join(migrationsDir, name, 'migration.sql'), 'utf8');
      return { name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

async function isMigrated(url) {
  const { missing, changed, unfinished } = await compareMigrations(url);
  return missing.length + changed.length + unfinished.length === 0;
}

function appliedMigrations(url) {
  return withClient(url, async (client) => {
    const table = await client.query("SELECT to_regclass('_prisma_migrations') AS name");
    if (table.rows[0].name === null) return [];
    const { rows } = await client.query(
      'SELECT migration_name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY 1',
    );
    return rows;
  });
}

async function prisma(args, extraEnv = {}) {
  const cli = path.join(root, 'node_modules/prisma/build/index.js');
  await runOrFail(process.execPath, [cli, ...args], {
    cwd: root,
    env: { ...process.env, NO_COLOR: '1', ...extraEnv },
  });
}
