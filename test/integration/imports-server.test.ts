import { appendFile, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { type Client, login } from '@tangent/client';
import { type Database, openDatabase } from '@tangent/database';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { closeGate, type Gate, installGates } from './support/gates.js';
import { numberedPicture } from './support/zips.js';

// Files and folders that lie on the server, read by a worker that is killed on the way.

let home: string;
let root: string;
let stack: Stack;
let client: Client;
let db: Database;
beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'import-root-'));
  root = path.join(home, 'root');
  await mkdir(root);
  stack = await startStack({ env: { TANGENT_IMPORT_ROOT: root } });
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  db = openDatabase({ url: stack.databaseUrl, maxConnections: 2 });
  await installGates(stack.databaseUrl);
});
afterAll(async () => {
  await db?.close();
  await stack?.stop();
  await rm(home, { recursive: true, force: true });
});

async function makeProject(type: 'image' | 'text'): Promise<string> {
  const { id } = await client.createProject({
    body: {
      name: 'from the server',
      type,
      classes: [{ key: 'cat' }, { key: 'dog' }],
      settings: { trigger: { everyLabels: null } },
    },
  });
  return id;
}

const start = (projectId: string, name: string, query: { dryRun?: boolean } = {}) =>
  client.importFromServer({ params: { projectId }, query, path: name });
const numReadOf = async (operationId: string) =>
  (await client.getOperation({ params: { operationId } })).counts.read;

/** All that an import makes, without what is new every time. */
async function itemsOf(projectId: string) {
  return db.query(
    `SELECT i.ordinal, i.external_id, i.content_hash, i.text, i.media_sha256, i.data, i.is_holdout, i.status, l.class_key, l.label_seq
     FROM items i LEFT JOIN labels l ON l.item_id = i.id WHERE i.project_id = $1 ORDER BY i.ordinal`,
    [projectId],
  );
}

/** Starts an import, and returns when its first batch is committed and its worker waits in the middle of the second. */
async function startHeld(
  projectId: string,
  name: string,
): Promise<{ readonly id: string; readonly gate: Gate }> {
  const gate = await closeGate(stack.databaseUrl, 'the second batch of an import');
  onTestFinished(() => gate.open());
  const { id } = await start(projectId, name);
  await gate.reached();
  return { id, gate };
}

/** Kills the only worker in the middle of a batch, and starts it again: it goes on at the batch it had reached. */
async function importWithKill(projectId: string, name: string, numRows: number) {
  const { id, gate } = await startHeld(projectId, name);
  const [worker] = stack.workers;
  await worker!.kill('SIGKILL');
  await gate.open();
  const reached = await numReadOf(id);
  expect(reached).toBeGreaterThan(0);
  expect(reached).toBeLessThan(numRows);
  await worker!.start();
  return client.waitForOperation(id);
}

test('a folder of images is imported as if nobody had killed its worker', async () => {
  const numPictures = 700; // a batch has 500
  const folders = ['cat', 'holdout/dog', 'unlabeled', 'train/dog'];
  for (const folder of folders) await mkdir(path.join(root, 'pictures', folder), { recursive: true });
  await Promise.all(
    Array.from({ length: numPictures }, async (_, i) => {
      const name = `${folders[i % folders.length]}/${String(i).padStart(5, '0')}.png`;
      await writeFile(path.join(root, 'pictures', name), await numberedPicture(i % 600)); // the last 100 twice
    }),
  );
  await writeFile(path.join(root, 'pictures', 'cat', 'broken.png'), 'no picture');

  const [quiet, disturbed] = [await makeProject('image'), await makeProject('image')];
  const expected = await client.waitForOperation((await start(quiet, 'pictures')).id);
  expect(expected).toMatchObject({
    status: 'done',
    counts: { read: numPictures + 1, created: 600, duplicates: 100, failed: 1 },
    errors: [{ file: 'cat/broken.png', code: 'image-corrupt' }],
  });
  const { counts, errors, status } = await importWithKill(disturbed, 'pictures', numPictures);
  expect({ counts, errors, status }).toEqual({
    counts: expected.counts,
    errors: expected.errors,
    status: 'done',
  });
  expect(await itemsOf(disturbed)).toEqual(await itemsOf(quiet));

  const blobsBefore = (await readdir(path.join(stack.dataDir, 'blobs'), { recursive: true })).length;
  const empty = await makeProject('image');
  const dry = await start(empty, 'pictures', { dryRun: true });
  expect((await client.waitForOperation(dry.id)).counts).toEqual(expected.counts);
  expect(await itemsOf(empty)).toEqual([]);
  expect(await readdir(path.join(stack.dataDir, 'blobs'), { recursive: true })).toHaveLength(blobsBefore);
});

test('a long text file is imported as if nobody had killed its worker', async () => {
  const numRows = 6000; // a batch has 5000
  const lines = Array.from({ length: numRows }, (_, i) =>
    i % 500 === 499
      ? '{"text":'
      : JSON.stringify({
          id: i,
          text: `row ${i % 5500}`,
          ...(i % 7 === 0 && { label: i % 2 ? 'cat' : 'dog' }),
        }),
  );
  await writeFile(path.join(root, 'rows.jsonl'), lines.join('\n'));
  const [quiet, disturbed] = [await makeProject('text'), await makeProject('text')];
  const expected = await client.waitForOperation((await start(quiet, 'rows.jsonl')).id);
  expect(expected).toMatchObject({ status: 'done', counts: { read: numRows, failed: 12, duplicates: 499 } });
  const { counts, errors } = await importWithKill(disturbed, path.join(root, 'rows.jsonl'), numRows);
  expect({ counts, errors }).toEqual({ counts: expected.counts, errors: expected.errors });
  expect(await itemsOf(disturbed)).toEqual(await itemsOf(quiet));
});

test('what changed between the request and the reading fails with its name, and nothing of it is read', async () => {
  const [worker] = stack.workers;
  const projectId = await makeProject('text');
  await writeFile(path.join(root, 'changing.jsonl'), '{"text":"before"}\n');
  await worker!.kill();
  const { id } = await start(projectId, 'changing.jsonl');
  await writeFile(path.join(root, 'changing.jsonl'), '{"text":"quite another"}\n');
  await worker!.start();
  const { status, errors } = await client.waitForOperation(id);
  expect(status).toBe('failed');
  expect(errors).toMatchObject([
    { code: 'source-changed', detail: expect.stringContaining('changing.jsonl') },
  ]);
  expect(await itemsOf(projectId)).toEqual([]);
});

test('what changes while it is read ends as failed, not as done', async () => {
  await mkdir(path.join(root, 'growing'));
  const png = await numberedPicture(1);
  for (let i = 0; i < 600; i++) await writeFile(path.join(root, 'growing', `${i}.png`), png);
  const rows = Array.from({ length: 6000 }, (_, i) => `{"text":"row ${i}"}\n`).join('');
  await writeFile(path.join(root, 'growing.jsonl'), rows);
  const sources = [
    ['text', 'growing.jsonl', () => appendFile(path.join(root, 'growing.jsonl'), '{"text":"more"}\n')],
    ['image', 'growing', () => writeFile(path.join(root, 'growing', 'more.png'), png)],
  ] as const;
  for (const [type, name, change] of sources) {
    const { id, gate } = await startHeld(await makeProject(type), name);
    await change();
    await gate.open();
    expect(await client.waitForOperation(id), name).toMatchObject({
      status: 'failed',
      errors: [{ code: 'source-changed', detail: expect.stringContaining(name) }],
    });
  }
});

test('what lies outside of the root, and links in it, are refused and leave no operation', async () => {
  const projectId = await makeProject('text');
  await writeFile(path.join(home, 'secret.jsonl'), '{"text":"secret"}\n');
  await symlink(path.join(home, 'secret.jsonl'), path.join(root, 'link.jsonl'));
  await mkdir(path.join(root, 'with-link'));
  await symlink(home, path.join(root, 'with-link', 'cat'));
  for (const name of ['../secret.jsonl', path.join(home, 'secret.jsonl'), '/etc/passwd', 'link.jsonl'])
    await expect(start(projectId, name), name).rejects.toMatchObject({ code: 'path-not-allowed' });
  await expect(start(await makeProject('image'), 'with-link')).rejects.toMatchObject({
    code: 'path-not-allowed',
  });
  await expect(start(projectId, 'gone.jsonl')).rejects.toMatchObject({ code: 'not-found' });
  expect(await db.query('SELECT 1 FROM operations WHERE project_id = $1', [projectId])).toEqual([]);
});
