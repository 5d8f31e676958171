// npm run db:scratch: a throw-away Postgres on a free port, for trying things and for making migrations. Prints
// DATABASE_URL=…, stays until it is stopped, then removes its files.
import { describe } from './lib/console.mjs';
import { ensureDatabase } from './lib/postgres-client.mjs';
import { shutdownPlan } from './lib/shutdown.mjs';
import { startThrowAwayPostgres } from './lib/throw-away.mjs';

try {
  const server = await startThrowAwayPostgres();
  shutdownPlan().onStop('Postgres', server.stop);
  await ensureDatabase(server.urlOf('postgres'), 'tangent');
  console.log(`DATABASE_URL=${server.urlOf('tangent')}`);
  setInterval(() => {}, 60_000); // keeps this process alive
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}
