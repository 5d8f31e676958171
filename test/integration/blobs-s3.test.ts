import { execFile } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Client, login } from '@tangent/client';
import { type Database, openDatabase } from '@tangent/database';
import { type S3Server, s3Keys, startS3Server } from '@tangent/storage/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkBlobs } from '../../scripts/doctor/checks/blobs.mjs';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { emptyDatabase } from './support/database.js';
import { numberedPicture, unzip, zipOf } from './support/zips.js';

// A whole Tangent whose blobs lie in a bucket.

let server: S3Server;
let stack: Stack;
let client: Client;
let db: Database;
let base: string;
let itemId: string;
const env = () => ({
  TANGENT_BLOBS: 's3://blobs/tangent',
  AWS_ENDPOINT_URL_S3: server.endpoint,
  AWS_ACCESS_KEY_ID: s3Keys.accessKeyId,
  AWS_SECRET_ACCESS_KEY: s3Keys.secretAccessKey,
});
beforeAll(async () => {
  server = await startS3Server({ checksSignatures: false });
  stack = await startStack({ queue: 'postgres', env: env() });
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  db = openDatabase({ url: stack.databaseUrl, maxConnections: 1 });
  base = await mkdtemp(path.join(tmpdir(), 'tangent-s3-'));
});
afterAll(async () => {
  await db?.close();
  await rm(base, { recursive: true, force: true });
  await stack?.stop();
  await server?.stop().catch(() => undefined); // stopped by the test, when it comes to its end
});

/** What a script says, be it right or wrong. */
const script = (name: string, folder: string, more: Record<string, string> = {}) =>
  new Promise<string>((resolve) => {
    const file = fileURLToPath(new URL(`../../scripts/${name}.mjs`, import.meta.url));
    const { PATH } = process.env;
    const given = { PATH, DATABASE_URL: stack.databaseUrl, TANGENT_DATA: stack.dataDir, ...env(), ...more };
    execFile(process.execPath, [file, folder], { env: given }, (_error, stdout, stderr) =>
      resolve(stdout + stderr),
    );
  });

const doctor = ({ DATABASE_URL = stack.databaseUrl, ...more }: Record<string, string> = {}) =>
  checkBlobs({
    env: { ...env(), ...more },
    dir: stack.dataDir,
    databaseUrl: DATABASE_URL,
    canRead: true,
  });

const ready = async () =>
  (await (await fetch(`${stack.apiUrl}/readyz`)).json()) as {
    status: string;
    checks: Record<string, string>;
  };

test('imports, rounds and exports go through the bucket', async () => {
  const { id: projectId } = await client.createProject({
    body: {
      name: 'in a bucket',
      type: 'image',
      classes: [{ key: 'even' }, { key: 'odd' }],
      settings: { trigger: { everyLabels: null }, model: { kind: 'mlp', hidden: [8], steps: 5 } },
    },
  });
  const pictures = await Promise.all(Array.from({ length: 16 }, (_, n) => numberedPicture(n)));
  const folderOf = (n: number) => (n < 8 ? ['even/', 'odd/'][n % 2] : '');
  const file = await zipOf(pictures.map((picture, n) => [`${folderOf(n)}${n}.png`, picture]));
  const { id } = await client.uploadImport({ params: { projectId }, file, fileName: 'pictures.zip' });
  expect(await client.waitForOperation(id)).toMatchObject({ status: 'done', counts: { created: 16 } });

  const round = await client.waitForRound(
    (await client.createRound({ params: { projectId }, body: { seed: 1 } })).id,
  );
  expect([round.error, round.status]).toEqual([null, 'done']);
  const archive = await client.createExport({ params: { projectId }, query: { format: 'hf-imagefolder' } });
  const images = await unzip(await new Response(archive).blob());
  expect([...images.keys()].filter((name) => name.endsWith('.png'))).toHaveLength(8);
  for (const [name, bytes] of images)
    if (name.endsWith('.png')) expect(pictures.some((picture) => picture.equals(bytes))).toBe(true);
  const { items } = await client.listItems({ params: { projectId } });
  itemId = items[0]!.id;
  const media = await client.getItemMedia({ params: { itemId } });
  expect(pictures.some((picture) => picture.length === media.size)).toBe(true);
  expect((await readdir(stack.dataDir)).filter((name) => name.includes('blobs'))).toEqual(['incoming-blobs']);
  expect(await readdir(path.join(stack.dataDir, 'incoming-blobs'))).toEqual([]);
  expect(await ready()).toMatchObject({ status: 'ready', checks: { blobs: 'ok' } });
});

test('the doctor looks at the bucket, a backup holds all of it, and brings it to another place', async () => {
  expect(await doctor()).toEqual([
    expect.objectContaining({
      kind: 'good',
      what: expect.stringMatching(/s3:\/\/blobs\/tangent be read, and \d+ blobs looked at are whole/),
    }),
  ]);
  const folder = path.join(base, 'backup');
  const said = await script('backup', folder);
  expect(said).toMatch(/^\d+ rows and \d+ blobs/);
  const [, numBlobs] = /and (\d+) blobs/.exec(said)!;
  expect(Number(numBlobs)).toBeGreaterThan(16);
  const { url, drop } = await emptyDatabase(db);
  const there = { DATABASE_URL: url, TANGENT_BLOBS: 's3://blobs/restored' };
  expect(await script('restore', folder, there)).toContain(`rows and ${numBlobs} blobs are as they were`);
  expect(await doctor(there)).toMatchObject([{ kind: 'good' }]);
  const [missing] = await doctor({ TANGENT_BLOBS: 's3://blobs/empty' });
  expect(missing!.what).toContain('missing in s3://blobs/empty');
  await drop();
});

test('while the bucket is away, what needs it is a 503 that says so', async () => {
  await server.stop();
  const { status, checks } = await ready();
  expect([status, checks.blobs]).toEqual([
    'not-ready',
    expect.stringMatching(/^the blob store at .* does not answer/),
  ]);
  await expect(client.getItemMedia({ params: { itemId } }, { retries: { limit: 0 } })).rejects.toMatchObject({
    problem: { status: 503, code: 'blobs-unavailable' },
  });
  expect(await doctor()).toMatchObject([
    { kind: 'bad', what: expect.stringMatching(/^the blob store at .* does not answer/) },
  ]);
});
