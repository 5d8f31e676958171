// npm run restore -- FOLDER: brings a backup into an empty database and into the data folder. See
// scripts/backup/restore.mjs.
import { runCommand } from './backup/command.mjs';
import { restore } from './backup/restore.mjs';
import { holderOf } from './lib/lock.mjs';
import { ensureDatabase, databaseUrl as ofServer } from './lib/postgres-client.mjs';
import { Failure } from './lib/process.mjs';

await runCommand(
  process.argv.slice(2),
  'restore',
  async ({ folder, databaseUrl, dir, isEmbedded, bucket }) => {
    const launcher = holderOf(dir);
    if (launcher) throw new Failure(`Tangent runs on ${dir} (process ${launcher.pid}). Stop it first.`);
    if (!databaseUrl)
      throw new Failure('no database runs: npm run db:open in another terminal, or set DATABASE_URL');
    // A cluster of our own that is new has no database yet.
    if (isEmbedded) await ensureDatabase(ofServer(databaseUrl, 'postgres'), 'tangent');
    const { numRows, numBlobs, madeAt } = await restore({ databaseUrl, dir, folder, bucket });
    return `${numRows} rows and ${numBlobs} blobs are as they were at ${madeAt}`;
  },
);
