// Health of the worker in this container: it has no port, but writes a heartbeat into the database.
import os from 'node:os';
import pg from 'pg';

const maxAgeSeconds = 60;
const client = new pg.Client({ connectionString: process.env.DATABASE_URL, connectionTimeoutMillis: 5_000 });
await client.connect();
const { rows } = await client.query(
  `SELECT count(*)::int AS alive FROM workers
   WHERE host = $1 AND stopped_at IS NULL AND last_heartbeat_at > now() - make_interval(secs => $2)`,
  [os.hostname(), maxAgeSeconds],
);
await client.end();
process.exitCode = rows[0].alive > 0 ? 0 : 1;
