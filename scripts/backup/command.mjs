// What the two commands have in common: one argument, the installation's database and folder, one line at the end.
import path from 'node:path';
import { openBucket } from '../lib/bucket.mjs';
import { describe, say } from '../lib/console.mjs';
import { hasRightNode } from '../lib/node-version.mjs';
import { dataDir } from '../lib/paths.mjs';
import { urlOfRunning } from '../lib/postgres.mjs';
import { Failure } from '../lib/process.mjs';

/**
 * @param {string[]} args
 * @param {string} name of the command
 * @param {(context: { folder: string, databaseUrl: string | undefined, dir: string, isEmbedded: boolean,
 *   bucket: import('@tangent/storage').S3Store | undefined }) => Promise<string>} work
 *   says what was done
 */
export async function runCommand(args, name, work) {
  const { env } = process;
  let bucket;
  try {
    if (!hasRightNode()) throw new Failure('another Node is needed');
    const [folder] = args;
    if (args.length !== 1 || folder.startsWith('-')) throw new Failure(`npm run ${name} -- FOLDER`);
    const dir = dataDir(env);
    // A restore makes the tables, so it wants the role that is to own them.
    const named = env.DATABASE_OWNER_URL || env.DATABASE_URL;
    const databaseUrl = named || (await urlOfRunning(path.join(dir, 'postgres'), 'tangent'));
    const isEmbedded = !named;
    bucket = await openBucket(env, dir, { isReadOnly: name === 'backup' });
    const absolute = path.resolve(env.INIT_CWD ?? '.', folder);
    say(await work({ folder: absolute, databaseUrl, dir, isEmbedded, bucket }));
  } catch (error) {
    console.error(describe(error));
    process.exitCode = 1;
  } finally {
    bucket?.close();
  }
}
