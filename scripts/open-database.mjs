// npm run db:open: the database of this installation, for backups, restores and a look inside. Prints DATABASE_URL=…
// While Tangent runs, that is all; else it starts Postgres alone and stays until it is stopped.
import path from 'node:path';
import { describe } from './lib/console.mjs';
import { dataDir } from './lib/paths.mjs';
import { startPostgres } from './lib/postgres.mjs';
import { shutdownPlan } from './lib/shutdown.mjs';

try {
  const server = await startPostgres({ dir: path.join(dataDir(), 'postgres'), wantedPort: 55_432 });
  console.log(`DATABASE_URL=${server.urlOf('tangent')}`);
  if (!server.isAdopted) {
    shutdownPlan().onStop('Postgres', server.stop);
    setInterval(() => {}, 60_000); // keeps this process alive
  }
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}
