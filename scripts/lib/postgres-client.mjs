// Asking a running Postgres. node-postgres comes from npm, hence the late import: a bare clone has none yet.
import { Failure } from './process.mjs';

/**
 * Runs `use` with a connection of its own.
 *
 * @template T
 * @param {string} url
 * @param {(client: import('pg').Client) => Promise<T>} use
 * @returns {Promise<T>}
 */
export async function withClient(url, use) {
  const { default: pg } = await import('pg');
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 });
  // A server that stops while we are connected must not take this process with it: the next query reports it.
  client.on('error', () => {});
  await client.connect();
  try {
    return await use(client);
  } finally {
    await client.end();
  }
}

/** The URL of another database on the same server. */
export function databaseUrl(url, name) {
  const changed = new URL(url);
  changed.pathname = `/${encodeURIComponent(name)}`;
  return changed.href;
}

/** @param {string} name */
export const quoted = (name) => `"${name.replaceAll('"', '""')}"`;

/** Creates the database when it is missing. */
export async function ensureDatabase(serverUrl, name) {
  await withClient(databaseUrl(serverUrl, 'postgres'), async (client) => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (!rowCount) await client.query(`CREATE DATABASE ${quoted(name)}`);
  });
}

/** Says in one sentence why a database that the user named cannot be used. */
export async function checkDatabase(url) {
  const shown = url.replace(/\/\/([^:@/]+):[^@/]*@/, '//$1:…@');
  let version;
  try {
    version = await withClient(url, async (client) => {
      const { rows } = await client.query('SHOW server_version_num');
      return Number(rows[0].server_version_num);
    });
  } catch (cause) {
    const reason = cause.message || cause.code || String(cause);
    throw new Failure(
      `DATABASE_URL names ${shown}, which cannot be used: ${reason}. Create that database, correct the variable, or unset it to use the Postgres that comes with Tangent.`,
      { cause },
    );
  }
  if (version < 150_000) {
    const major = Math.floor(version / 10_000);
    throw new Failure(`DATABASE_URL names ${shown}, a Postgres of version ${major}; 15 or newer is needed.`);
  }
}
