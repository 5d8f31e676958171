// A backup into an empty database and a data folder. The database is restored in one transaction and compared before it
// commits: afterwards it is all there, or empty as before.
import path from 'node:path';
import { migrations as ofThisVersion, runMigrations } from '../lib/migrations.mjs';
import { quoted, withClient } from '../lib/postgres-client.mjs';
import { Failure } from '../lib/process.mjs';
import { copyBlobs, uploadBlobs } from './blobs.mjs';
import { copyIn, describeTable } from './copy.mjs';
import { readManifest } from './manifest.mjs';
import { fixTextFormat, readTables } from './tables.mjs';

/**
 * @param {{ databaseUrl: string, dir: string, folder: string, bucket?: import('@tangent/storage').S3Store }} options
 *   dir: the data folder; bucket: where the blobs go, when it is not there. Blobs that are there stay
 */
export async function restore({ databaseUrl, dir, folder, bucket }) {
  const manifest = readManifest(folder);
  const steps = stepsTo(manifest);
  await withClient(databaseUrl, requireEmpty);
  const from = path.join(folder, 'blobs');
  const { numBlobs, damaged } = await (bucket
    ? uploadBlobs(from, bucket)
    : copyBlobs(from, path.join(dir, 'blobs')));
  if (damaged.length > 0 || numBlobs !== manifest.blobs.numBlobs)
    throw new Failure(
      `of ${manifest.blobs.numBlobs} blobs of the backup ${numBlobs} are whole; the database was not touched. Take another backup.`,
    );
  await withClient(databaseUrl, async (client) => {
    await fixTextFormat(client);
    await client.query('BEGIN');
    await requireEmpty(client);
    for (const { sql } of steps) await client.query(sql);
    await client.query(migrationsTable);
    await load(client, manifest, folder);
    await client.query('COMMIT');
    await client.query('ANALYZE');
  });
  await runMigrations(databaseUrl);
  const numRows = manifest.tables.reduce((sum, table) => sum + table.numRows, 0);
  return { numRows, numBlobs, madeAt: manifest.madeAt };
}

/** The migrations that made the backup's tables; later ones of this version follow when the rows are there. */
function stepsTo({ migrations }) {
  const here = new Map(ofThisVersion().map((migration) => [migration.name, migration]));
  const foreign = migrations.filter(({ name, checksum }) => here.get(name)?.checksum !== checksum);
  if (foreign.length > 0)
    throw new Failure(
      `the backup comes from another version of Tangent (migration ${foreign[0].name}): restore it with that version, or a newer one`,
    );
  return migrations.map(({ name }) => here.get(name));
}

async function requireEmpty(client) {
  const { rows } = await client.query(
    "SELECT count(*)::int AS n, current_database() AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace",
  );
  const [{ n, name }] = rows;
  if (n > 0)
    throw new Failure(
      `the database ${name} is not empty. Restore into a new one: create it and set DATABASE_URL; or, of Tangent's own Postgres, move the data folder aside and run npm run db:open again`,
    );
}

async function load(client, manifest, folder) {
  const tables = new Map(manifest.tables.map((table) => [table.name, table]));
  const present = (await readTables(client)).map(({ name }) => name);
  const strange = present.filter((name) => !tables.has(name));
  if (strange.length > 0) throw new Failure(`the backup has no rows for the table ${strange[0]}`);
  // Guards of single writes: rows that passed them once need not again. Foreign keys stay on.
  const triggers = await readTriggers(client);
  await client.query(present.map((name) => `ALTER TABLE ${quoted(name)} DISABLE TRIGGER USER`).join(';'));
  for (const table of manifest.tables) {
    const read = await copyIn(client, table, path.join(folder, 'tables', `${table.name}.copy.gz`));
    refuseDifference(table, read, 'its file in the backup');
    refuseDifference(table, await describeTable(client, table), 'the restored table');
  }
  for (const { table, name, mode } of triggers)
    await client.query(`ALTER TABLE ${quoted(table)} ${modes[mode]} TRIGGER ${quoted(name)}`);
  for (const { name, lastValue, isCalled } of manifest.sequences)
    await client.query('SELECT setval($1::regclass, $2::bigint, $3)', [quoted(name), lastValue, isCalled]);
}

/** What puts a trigger into a mode, by pg_trigger.tgenabled: ENABLE alone would take its ALWAYS from the audit's guard. */
const modes = { O: 'ENABLE', A: 'ENABLE ALWAYS', R: 'ENABLE REPLICA', D: 'DISABLE' };

async function readTriggers(client) {
  const { rows } = await client.query(
    `SELECT c.relname AS "table", t.tgname AS name, t.tgenabled AS mode
     FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
     WHERE c.relnamespace = 'public'::regnamespace AND NOT t.tgisinternal`,
  );
  return rows;
}

function refuseDifference(table, found, what) {
  if (found.numRows === table.numRows && found.sha256 === table.sha256) return;
  throw new Failure(
    `${table.name}: ${what} has ${found.numRows} rows (${found.sha256.slice(0, 12)}), the manifest says ${table.numRows} (${table.sha256.slice(0, 12)}). Nothing was restored; take another backup.`,
  );
}

// As Prisma makes it.
const migrationsTable = `CREATE TABLE "_prisma_migrations" (
  id varchar(36) PRIMARY KEY NOT NULL, checksum varchar(64) NOT NULL, finished_at timestamptz,
  migration_name varchar(255) NOT NULL, logs text, rolled_back_at timestamptz,
  started_at timestamptz NOT NULL DEFAULT now(), applied_steps_count integer NOT NULL DEFAULT 0)`;
