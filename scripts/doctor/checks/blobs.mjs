import { createHash } from 'node:crypto';
import { accessSync, constants, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { openBucket } from '../../lib/bucket.mjs';
import { withClient } from '../../lib/postgres-client.mjs';
import { bad, good, note } from '../findings.mjs';

const sampleSize = 200;
const hashedAtMostBytes = 1024 ** 2;

// Keys are checksums, so the first ones in order are a sample at random.
const sampleSql = `
  SELECT key FROM (
    (SELECT sha256 AS key FROM media ORDER BY 1 LIMIT $1)
    UNION (SELECT checkpoint_key FROM model_versions ORDER BY 1 LIMIT $1)
    UNION (SELECT featuriser->>'componentsKey' FROM model_versions
      WHERE featuriser->>'componentsKey' IS NOT NULL ORDER BY 1 LIMIT $1)
    UNION (SELECT blob_key FROM imported_networks ORDER BY 1 LIMIT $1)
    UNION (SELECT snapshot_key FROM rounds WHERE snapshot_key IS NOT NULL ORDER BY 1 LIMIT $1)
    UNION (SELECT cold_network->>'checkpointKey' FROM rounds WHERE cold_network IS NOT NULL ORDER BY 1 LIMIT $1)) keys
  ORDER BY 1 LIMIT $1`;

/** Whether the data folder can be written to, and whether it, or the bucket, holds the blobs that the database names. */
export async function checkBlobs(surroundings) {
  const { env, dir } = surroundings;
  if (!existsSync(dir)) return [note(`${dir} is not there yet; the first start makes it`)];
  const folder = path.join(dir, 'blobs');
  try {
    accessSync(existsSync(folder) ? folder : dir, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    return [
      bad(
        `this account may not write to ${error.path}`,
        `chown -R it to the account that runs Tangent, or run this check as that account`,
      ),
    ];
  }
  return env.TANGENT_BLOBS
    ? checkBucket(surroundings)
    : checkSample(surroundings, folder, `${dir} can be written to`, (key) => verdictOn(folder, key));
}

async function checkBucket(surroundings) {
  const { env, dir } = surroundings;
  let bucket;
  try {
    bucket = await openBucket(env, dir, { isReadOnly: true });
  } catch (error) {
    return [bad(error.message, 'as it says')];
  }
  try {
    const what = `${dir} can be written to, ${env.TANGENT_BLOBS} be read`;
    return await checkSample(surroundings, env.TANGENT_BLOBS, what, (key) => verdictInBucket(bucket, key));
  } finally {
    bucket.close();
  }
}

/** Looks at some of the blobs that the database names. `what`: what is well so far. */
async function checkSample({ databaseUrl, canRead }, place, what, verdictOn) {
  if (!canRead) return [good(what)];
  const keys = await withClient(databaseUrl, async (client) => {
    const { rows } = await client.query(sampleSql, [sampleSize]);
    return rows.map(({ key }) => key);
  });
  const verdicts = await Promise.all(keys.map(async (key) => ({ key, verdict: await verdictOn(key) })));
  const named = (wanted) => verdicts.filter(({ verdict }) => verdict === wanted).map(({ key }) => key);
  const [missing, damaged] = [named('missing'), named('damaged')];
  const findings = [];
  if (missing.length > 0)
    findings.push(
      bad(
        `${missing.length} of ${keys.length} blobs that the database names are missing in ${place}, such as ${missing[0]}`,
        'restore the blobs from the backup that belongs to the database; are TANGENT_DATA and TANGENT_BLOBS right?',
      ),
    );
  if (damaged.length > 0)
    findings.push(
      bad(
        `${damaged.length} of ${keys.length} blobs are damaged, such as ${damaged[0]}`,
        'restore them from a backup, and look after the disk',
      ),
    );
  return findings.length > 0 ? findings : [good(`${what}, and ${keys.length} blobs looked at are whole`)];
}

async function verdictOn(folder, key) {
  const file = path.join(folder, key.slice(0, 2), key.slice(2, 4), key);
  const found = await stat(file).catch(() => null);
  if (found === null) return 'missing';
  if (found.size > hashedAtMostBytes) return 'whole';
  return createHash('sha256')
    .update(await readFile(file))
    .digest('hex') === key
    ? 'whole'
    : 'damaged';
}

async function verdictInBucket(bucket, key) {
  try {
    const { stream, numBytes } = await bucket.open(key);
    if (numBytes > hashedAtMostBytes) {
      stream.destroy();
      return 'whole';
    }
    const hash = createHash('sha256');
    for await (const chunk of stream) hash.update(chunk);
    return hash.digest('hex') === key ? 'whole' : 'damaged';
  } catch (error) {
    if (error.code === 'blob-missing') return 'missing';
    throw error;
  }
}
