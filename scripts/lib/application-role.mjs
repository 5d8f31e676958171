// The role that the programs run as. It reads and writes rows and owns no table, so that whoever breaks into a program
// cannot rewrite what is recorded: see docs/runbook.md.
import { randomBytes } from 'node:crypto';
import { quoted, withClient } from './postgres-client.mjs';

const defaultRole = 'tangent_app';
/** Where BullMQ keeps its tables, which it makes and changes itself. */
const queueSchema = 'bullmq';

/**
 * Makes the role, or gives it a new password, with what rights it needs and none more. The schema must be up to date.
 *
 * @param {string} ownerUrl of the role that owns the tables, and may make others
 * @param {{ role?: string, password?: string }} [options] a random password when there is none
 * @returns {Promise<string>} the URL of the programs
 */
export async function giveApplicationRole(
  ownerUrl,
  { role = defaultRole, password = randomBytes(24).toString('base64url') } = {},
) {
  await withClient(ownerUrl, async (client) => {
    const { rows } = await client.query(
      `SELECT current_database() AS database, current_setting('server_version_num')::int AS version,
         EXISTS (SELECT 1 FROM pg_roles WHERE rolname = $1) AS is_there`,
      [role],
    );
    const { database, version, is_there: isThere } = rows[0];
    await client.query('BEGIN');
    await client.query(
      `${isThere ? 'ALTER' : 'CREATE'} ROLE ${quoted(role)} LOGIN PASSWORD ${client.escapeLiteral(password)}`,
    );
    await client.query('SELECT tangent_grant_application($1)', [role]);
    // For the planner's statistics after an import. Before Postgres 17 only the owner may, and autovacuum does it later.
    if (version >= 170_000)
      await client.query(`GRANT MAINTAIN ON items, labels, label_events TO ${quoted(role)}`);
    // Only a queue in Postgres needs it.
    await client.query(`GRANT CREATE ON DATABASE ${quoted(database)} TO ${quoted(role)}`);
    await handOverQueue(client, role);
    await client.query('COMMIT');
  });
  const url = new URL(ownerUrl);
  url.username = role;
  url.password = password;
  return url.href;
}

/** A queue that the owner made, when the programs still ran as the owner. */
async function handOverQueue(client, role) {
  const { rows } = await client.query(
    `SELECT format('SCHEMA %I', nspname) AS thing FROM pg_namespace WHERE nspname = $1
     UNION ALL
     SELECT format('TABLE %s', c.oid::regclass) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE n.nspname = $1 AND c.relkind IN ('r', 'p', 'v', 'm')
     UNION ALL
     SELECT format('ROUTINE %s', p.oid::regprocedure) FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
     WHERE n.nspname = $1
     UNION ALL
     SELECT format('TYPE %s', t.oid::regtype) FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
     WHERE n.nspname = $1 AND t.typtype IN ('e', 'd')`,
    [queueSchema],
  );
  for (const { thing } of rows) await client.query(`ALTER ${thing} OWNER TO ${quoted(role)}`);
}
