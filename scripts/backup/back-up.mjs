// A backup while Tangent runs: all tables as of one moment, then the blobs. Rows name blobs and never the other way, so
// every blob that the snapshot names is there by then.
import { existsSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { withClient } from '../lib/postgres-client.mjs';
import { Failure } from '../lib/process.mjs';
import { copyBlobs, downloadBlobs } from './blobs.mjs';
import { copyOut } from './copy.mjs';
import { writeManifest } from './manifest.mjs';
import { fixTextFormat, readSequences, readTables } from './tables.mjs';

/**
 * Writes a backup into `folder`, which is made, or is there and empty. The same memory whatever the size.
 *
 * @param {{ databaseUrl: string, dir: string, folder: string, bucket?: import('@tangent/storage').S3Store }} options
 *   dir: the data folder; bucket: where the blobs lie, when it is not there
 */
export async function backUp({ databaseUrl, dir, folder, bucket }) {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new Failure(`${folder} is not empty: a backup wants a folder of its own`);
  await mkdir(path.join(folder, 'tables'), { recursive: true, mode: 0o700 });
  const database = await withClient(databaseUrl, (client) => copyTables(client, folder));
  const to = path.join(folder, 'blobs');
  const { damaged, ...blobs } = await (bucket
    ? downloadBlobs(bucket, to)
    : copyBlobs(path.join(dir, 'blobs'), to));
  await writeManifest(folder, { ...database, blobs });
  if (damaged.length > 0)
    throw new Failure(
      `the backup is complete but for ${damaged.length} blobs that are damaged in ${bucket ? 'the bucket' : dir}, such as ${damaged[0]}: bring them back from an older backup`,
    );
  return { numRows: database.tables.reduce((sum, { numRows }) => sum + numRows, 0), ...blobs };
}

async function copyTables(client, folder) {
  await fixTextFormat(client);
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  const { rows: server } = await client.query(
    "SELECT now()::text AS at, current_setting('server_version') AS version, to_regclass('_prisma_migrations') AS migrations",
  );
  const [{ at: madeAt, version: postgres }] = server;
  if (server[0].migrations === null)
    throw new Failure('the database holds no Tangent: it has no table _prisma_migrations');
  const { rows: migrations } = await client.query(
    `SELECT migration_name AS name, checksum FROM _prisma_migrations
     WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL ORDER BY migration_name`,
  );
  const tables = [];
  for (const table of await readTables(client)) {
    const copied = await copyOut(client, table, path.join(folder, 'tables', `${table.name}.copy.gz`));
    tables.push({ ...table, ...copied });
  }
  // Sequences know no snapshot: read last, they are past every row.
  const sequences = await readSequences(client);
  await client.query('COMMIT');
  return { madeAt, postgres, migrations, tables, sequences };
}
