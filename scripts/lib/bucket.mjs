// The bucket of the blobs, where TANGENT_BLOBS names one. What speaks with it comes from the build and from npm, hence
// the late import.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from './paths.mjs';
import { Failure } from './process.mjs';

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} dir the data folder
 * @param {{ isReadOnly: boolean }} options
 * @returns {Promise<import('@tangent/storage').S3Store | undefined>} undefined: the blobs lie in the data folder
 */
export async function openBucket(env, dir, { isReadOnly }) {
  if (!env.TANGENT_BLOBS) return undefined;
  const file = path.join(root, 'packages/storage/dist/index.js');
  if (!existsSync(file))
    throw new Failure(
      'TANGENT_BLOBS names a bucket, and what speaks with it is not built yet: npm run build',
    );
  const { blobsBackendOf, openBlobs } = await import(pathToFileURL(file).href);
  try {
    return await openBlobs({ ...blobsBackendOf(env, dir), isReadOnly });
  } catch (error) {
    throw new Failure(error.message, { cause: error });
  }
}
