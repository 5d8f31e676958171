// From the URL that the Prisma CLI passes to plain connection settings for node-postgres.
import pg from 'pg';

/** The settings behind `--datasource {"url": …}`; a URL that nobody answers when the CLI passes none (diff, generate). */
export function connectionFrom(datasourceArgument) {
  const { url } = JSON.parse(datasourceArgument ?? '{}');
  const parsed = new URL(url ?? 'postgresql://nobody@127.0.0.1:1/none');
  return {
    schema: parsed.searchParams.get('schema') ?? undefined,
    settings: {
      // Field by field, never `connectionString`: node-postgres lets the string win over `database`, and then the
      // shadow database would be the real one, which Prisma empties.
      host: parsed.hostname,
      port: Number(parsed.port || 5432),
      user: decodeURIComponent(parsed.username),
      password: decodeURIComponent(parsed.password),
      database: decodeURIComponent(parsed.pathname.slice(1)),
      // Prisma's advisory lock belongs to a session, so all its statements must go over one connection.
      max: 1,
      idleTimeoutMillis: 0,
    },
  };
}

/** Runs statements on a connection of their own. */
export async function execute(settings, sql) {
  const client = new pg.Client(settings);
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

/** @param {string} name */
export const quoted = (name) => `"${name.replaceAll('"', '""')}"`;
