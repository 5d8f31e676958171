import { compareMigrations } from '../../lib/migrations.mjs';
import { checkDatabase as refuseDatabase } from '../../lib/postgres-client.mjs';
import { bad, good, note } from '../findings.mjs';

/** Reachable, new enough, and with the tables of this version. */
export async function checkDatabase({ databaseUrl }) {
  if (databaseUrl === undefined)
    return [
      note(
        'the database is not looked at: the embedded Postgres does not run (npm start, or npm run db:open)',
      ),
    ];
  try {
    await refuseDatabase(databaseUrl);
  } catch (error) {
    if (error.name !== 'Failure') throw error;
    return [bad(error.message, 'as it says')];
  }
  return [good('Postgres answers and is new enough'), ...(await checkMigrations(databaseUrl))];
}

async function checkMigrations(url) {
  const { missing, changed, unknown, unfinished } = await compareMigrations(url);
  const foreign = [...changed, ...unknown];
  const findings = [];
  if (unfinished.length > 0)
    findings.push(
      bad(
        `a migration was begun and never finished: ${unfinished.join(', ')}`,
        'restore the backup made before it, or repair by hand and run npx prisma migrate resolve',
      ),
    );
  if (foreign.length > 0)
    findings.push(
      bad(
        `the database was migrated by another version of Tangent: ${foreign.join(', ')}`,
        'start the version that made it, or a newer one',
      ),
    );
  if (missing.length > 0)
    findings.push(
      bad(
        `${missing.length} migrations are not applied: ${missing.join(', ')}`,
        'npm run db:deploy with DATABASE_URL set (npm start does it by itself)',
      ),
    );
  return findings.length > 0 ? findings : [good('all migrations are applied')];
}
