// npm run backup -- FOLDER: database and blobs of this installation, while it runs. See scripts/backup/back-up.mjs.
import { backUp } from './backup/back-up.mjs';
import { runCommand } from './backup/command.mjs';
import { Failure } from './lib/process.mjs';

await runCommand(process.argv.slice(2), 'backup', async ({ folder, databaseUrl, dir, bucket }) => {
  if (!databaseUrl)
    throw new Failure(
      'no database runs: start Tangent, or npm run db:open in another terminal, or set DATABASE_URL',
    );
  const { numRows, numBlobs, numBytes } = await backUp({ databaseUrl, dir, folder, bucket });
  return `${numRows} rows and ${numBlobs} blobs (${(numBytes / 2 ** 20).toFixed(1)} MiB) are in ${folder}`;
});
