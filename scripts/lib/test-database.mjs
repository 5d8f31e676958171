// Databases for tests: copies of one migrated template, because a copy takes 0.1 s and migrating takes 3 s.
import { randomBytes } from 'node:crypto';
import { migrationsHash, runMigrations } from './migrations.mjs';
import { databaseUrl, quoted, withClient } from './postgres-client.mjs';
import { Failure } from './process.mjs';

const templateLock = 8_267_443; // advisory lock key: two processes must not build the template at once

/**
 * Makes a fresh, migrated database with a name of its own.
 *
 * @param {string} [serverUrl] any database of the server, with the right to create others
 * @returns {Promise<{ name: string, url: string, drop: () => Promise<void> }>}
 */
export async function createTestDatabase(serverUrl = process.env.DATABASE_URL) {
  if (!serverUrl) {
    throw new Failure(
      'a test database needs a Postgres server: set DATABASE_URL (node scripts/dev-postgres.mjs starts one)',
    );
  }
  const template = await ensureTemplate(serverUrl);
  const name = `tangent_test_${randomBytes(6).toString('hex')}`;
  const onServer = (sql) => withClient(databaseUrl(serverUrl, 'postgres'), (client) => client.query(sql));
  await onServer(`CREATE DATABASE ${quoted(name)} TEMPLATE ${quoted(template)}`);
  const drop = async () => {
    await onServer(`DROP DATABASE IF EXISTS ${quoted(name)} WITH (FORCE)`);
  };
  return { name, url: databaseUrl(serverUrl, name), drop };
}

async function ensureTemplate(serverUrl) {
  const name = `tangent_template_${migrationsHash().slice(0, 12)}`;
  await withClient(databaseUrl(serverUrl, 'postgres'), async (client) => {
    const exists = async () =>
      (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name])).rowCount > 0;
    if (await exists()) return;
    await client.query('SELECT pg_advisory_lock($1)', [templateLock]); // given back with the connection
    if (await exists()) return;
    // Built under another name, so that half a template is never copied.
    const building = `${name}_building`;
    await client.query(`DROP DATABASE IF EXISTS ${quoted(building)} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${quoted(building)}`);
    await runMigrations(databaseUrl(serverUrl, building));
    await client.query(`ALTER DATABASE ${quoted(building)} RENAME TO ${quoted(name)}`);
  });
  return name;
}
