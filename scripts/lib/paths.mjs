// Where things lie. Everything the scripts write goes into one of these folders.
import path from 'node:path';

/** The clone. */
export const root = path.resolve(import.meta.dirname, '../..');

/** Whatever can be thrown away and made again: fetched binaries, test servers, stamps. */
export const cacheDir = path.join(root, '.cache');

/** What must be kept: the database, blobs, logs and secrets of the installation that `npm start` runs. */
export function dataDir(env = process.env) {
  return path.resolve(root, env.TANGENT_DATA || '.tangent');
}
