import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type S3Server, s3Keys, startS3Server } from '@tangent/storage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { jobsDoneBy, useFaultHouse } from './support/faults.js';

// Two workers as on two machines: they share the database, the queue and a bucket, and no folder.

let server: S3Server;
let folder: string;
beforeAll(async () => {
  server = await startS3Server({ checksSignatures: false });
  folder = await mkdtemp(path.join(tmpdir(), 'tangent-second-machine-'));
});
// Before the house, and so after it: hooks of the end run backwards.
afterAll(async () => {
  await server?.stop();
  if (folder) await rm(folder, { recursive: true, force: true });
});
const house = useFaultHouse(() => ({
  queue: 'postgres',
  numWorkers: 2,
  env: {
    TANGENT_BLOBS: 's3://blobs/tangent',
    AWS_ENDPOINT_URL_S3: server.endpoint,
    AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
    AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
  },
}));
beforeAll(async () => {
  const [, second] = house.stack.workers;
  await second!.kill();
  await second!.start({ env: { TANGENT_DATA: folder } });
});
const numShardsWith = async (column: 'features_key' | 'scored_at', roundId: string) => {
  const sql = `SELECT count(*)::int AS n FROM round_shards WHERE round_id = $1 AND ${column} IS NOT NULL`;
  return (await house.db.query<{ n: number }>(sql, [roundId]))[0]!.n;
};

test('two workers that share no folder do a round together, to the last bit as it was before', async ({
  task,
}) => {
  // Whoever has this shard waits with it until the other one has done the rest.
  const gates = [await house.close('the features of shard 1'), await house.close('the scores of shard 0')];
  const roundId = await house.startRound();
  for (const [i, column] of (['features_key', 'scored_at'] as const).entries()) {
    await gates[i]!.reached();
    await expect.poll(() => numShardsWith(column, roundId), { timeout: 150_000 }).toBe(2);
    await gates[i]!.open();
  }
  await house.expectAsUndisturbed(roundId, task);
  const done = house.stack.workers.map((worker) => jobsDoneBy(worker, roundId));
  for (const jobs of done) expect(jobs).toEqual(expect.arrayContaining(['compute-features', 'score-shard']));
  expect(done.flat()).toHaveLength(9);
  for (const dir of [house.stack.dataDir, folder])
    expect((await readdir(dir)).filter((name) => name === 'blobs')).toEqual([]);
});

test('what a worker wrote before it died, the other one reads from the bucket', async ({ task }) => {
  const gate = await house.close('the scores of shard 2');
  const roundId = await house.startRound();
  await gate.reached();
  await house.worker.kill('SIGKILL');
  await gate.open();
  await house.expectAsUndisturbed(roundId, task);
  expect(jobsDoneBy(house.stack.workers[1]!, roundId)).toContain('select-batch');
  await house.worker.start();
});
