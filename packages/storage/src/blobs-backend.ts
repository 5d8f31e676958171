import path from 'node:path';
import type { BlobStore } from './blob-store.js';
import { folderStore } from './folder-store.js';
import type { S3Options } from './s3-store.js';

/** What S3 takes in one piece, which is how a blob is sent. */
export const maxS3BlobBytes = 5 * 1024 ** 3;

/** Where the blobs of an installation lie. */
export type BlobsBackend =
  | { readonly kind: 'folder'; readonly folder: string }
  | ({ readonly kind: 's3' } & S3Options);

/**
 * What the environment says: TANGENT_BLOBS (unset: the folder `blobs` of the data folder), and for a bucket the usual
 * variables of Amazon's tools. Throws an Error that names the variable.
 *
 * @param dataFolder the installation's; with a bucket, blobs on their way pass through `incoming-blobs` in it
 */
export function blobsBackendOf(env: NodeJS.ProcessEnv, dataFolder: string): BlobsBackend {
  const named = env.TANGENT_BLOBS;
  if (!named) return { kind: 'folder', folder: path.join(dataFolder, 'blobs') };
  const found = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[\w!*'()-][\w!.*'()-]*)*)\/?$/.exec(named);
  if (!found)
    throw new Error(
      `TANGENT_BLOBS is “${named}”; write s3://BUCKET or s3://BUCKET/PREFIX (letters, digits, - _ . only), or unset it for a folder`,
    );
  const endpoint = env.AWS_ENDPOINT_URL_S3 || undefined;
  if (endpoint !== undefined && !/^https?:$/.test(URL.parse(endpoint)?.protocol ?? ''))
    throw new Error(`AWS_ENDPOINT_URL_S3 is “${endpoint}”; write a URL such as https://minio.example.org`);
  const region = env.AWS_REGION || (endpoint === undefined ? undefined : 'us-east-1');
  if (region === undefined)
    throw new Error(
      'AWS_REGION is not set: name the region of the bucket, or the server with AWS_ENDPOINT_URL_S3',
    );
  const pathStyle = env.TANGENT_BLOBS_PATH_STYLE || (endpoint === undefined ? '0' : '1');
  if (pathStyle !== '0' && pathStyle !== '1')
    throw new Error(`TANGENT_BLOBS_PATH_STYLE is “${pathStyle}”; write 0 or 1`);
  return {
    kind: 's3',
    bucket: found[1]!,
    prefix: found[2]!.slice(1),
    endpoint,
    region,
    hasPathStyle: pathStyle === '1',
    credentials: credentialsOf(env),
    incoming: path.join(dataFolder, 'incoming-blobs'),
  };
}

function credentialsOf(env: NodeJS.ProcessEnv): S3Options['credentials'] {
  const [accessKeyId, secretAccessKey, sessionToken] = [
    env.AWS_ACCESS_KEY_ID,
    env.AWS_SECRET_ACCESS_KEY,
    env.AWS_SESSION_TOKEN,
  ];
  if (!accessKeyId && !secretAccessKey) return undefined;
  if (!accessKeyId || !secretAccessKey)
    throw new Error(
      `${accessKeyId ? 'AWS_SECRET_ACCESS_KEY' : 'AWS_ACCESS_KEY_ID'} is not set; the two belong together`,
    );
  return { accessKeyId, secretAccessKey, ...(sessionToken && { sessionToken }) };
}

/** Opens it, and tries a bucket first. Throws BlobsUnavailableError, which names the way out. */
export async function openBlobs(backend: BlobsBackend): Promise<BlobStore> {
  if (backend.kind === 'folder') return folderStore(backend.folder);
  // Imported only where it is used: the SDK is large.
  const { s3Store } = await import('./s3-store.js');
  return s3Store(backend);
}
