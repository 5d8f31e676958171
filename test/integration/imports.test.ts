import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Client, login } from '@tangent/client';
import { type Database, openDatabase } from '@tangent/database';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { type Stack, type StackProcess, startStack } from '../../scripts/lib/stack.mjs';
import { soon } from './support/database.js';
import { numberedPicture, zipOf } from './support/zips.js';

// Files that people bring, through the API and a worker that may be killed at any time.

let stack: Stack;
let client: Client;
let db: Database;
beforeAll(async () => {
  stack = await startStack({ numWorkers: 2 });
  ({ client } = await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password));
  db = openDatabase({ url: stack.databaseUrl, maxConnections: 2 });
});
afterAll(async () => {
  await db?.close();
  await stack?.stop();
});

async function makeProject(type: 'image' | 'text' | 'vector', classes = ['cat', 'dog']): Promise<string> {
  const { id } = await client.createProject({
    body: {
      name: 'imports',
      type,
      classes: classes.map((key) => ({ key })),
      settings: { trigger: { everyLabels: null }, model: { hidden: [4], steps: 1 } },
    },
  });
  return id;
}

const upload = (
  projectId: string,
  fileName: string,
  content: Blob | string,
  query: { dryRun?: boolean } = {},
) =>
  client.uploadImport({
    params: { projectId },
    query,
    file: typeof content === 'string' ? new Blob([content]) : content,
    fileName,
  });

async function importAll(...args: Parameters<typeof upload>) {
  return client.waitForOperation((await upload(...args)).id);
}

const countsOf = async (projectId: string) => (await client.getProject({ params: { projectId } })).counts;
const range = (n: number) => Array.from({ length: n }, (_, i) => i);

describe('a file', () => {
  test('of good and bad rows: the good ones are items, each bad one is told, a second time all are duplicates', async () => {
    const projectId = await makeProject('text');
    const rows = [
      '{"id":"1","text":"一つ目","label":"cat","data":{"page":1}}',
      '{"id":"2","text":"second"}',
      '{"id":"3","text":"  second "}',
      '{"id":"2","text":"another text, but the id is known"}',
      '{"id":"4","text":"held out","label":"dog","holdout":true}',
      '{"id":"5","text":"x","label":"bird"}',
      'no json',
    ].join('\n');
    const operation = await importAll(projectId, 'rows.jsonl', rows);
    expect(operation).toMatchObject({
      status: 'done',
      counts: { read: 7, created: 3, duplicates: 2, failed: 2 },
      errors: [
        { line: 6, code: 'unknown-class', detail: 'The project has no class “bird”; it has cat, dog.' },
        { line: 7, code: 'json-invalid' },
      ],
    });
    expect(await countsOf(projectId)).toMatchObject({ items: 3, labeled: 1, unlabeled: 1, holdout: 1 });
    const items = await client.listItems({ params: { projectId } });
    expect(items.items.map(({ externalId, text, data }) => [externalId, text, data])).toEqual([
      ['1', '一つ目', { page: 1 }],
      ['2', 'second', {}],
    ]);
    expect((await importAll(projectId, 'rows.jsonl', rows)).counts).toEqual({
      read: 7,
      created: 0,
      duplicates: 5,
      failed: 2,
    });
  });

  test('is found in the logs by its operation, project and request', async () => {
    const projectId = await makeProject('text');
    const { id: operationId } = await importAll(projectId, 'rows.jsonl', '{"text":"one"}');
    const { token } = await client.createToken({ body: { name: 'logs', scopes: ['*'] } });
    const answered = await fetch(`${stack.apiUrl}/v1/operations/${operationId}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const reqId = answered.headers.get('x-request-id');
    const linesOf = async (...names: string[]): Promise<unknown[]> => {
      const files = names.map((name) => readFile(path.join(stack.dataDir, 'logs', `${name}.log`), 'utf8'));
      const lines = (await Promise.all(files)).join('').split('\n');
      return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line));
    };
    await vi.waitFor(async () => {
      expect(await linesOf('api')).toContainEqual(
        expect.objectContaining({ msg: 'request', reqId, operationId, projectId, status: 200 }),
      );
      expect(await linesOf('worker-1', 'worker-2')).toContainEqual(
        expect.objectContaining({ msg: 'import-file', job: { operationId } }),
      );
    }, soon);
  });

  test('in a dry run is counted and writes nothing', async () => {
    const projectId = await makeProject('image');
    const zip = await zipOf([
      ['cat/a.png', await numberedPicture(1)],
      ['b.png', await numberedPicture(2)],
      ['bird/c.png', await numberedPicture(3)],
    ]);
    const blobsBefore = (await db.query('SELECT 1 FROM media')).length;
    const operation = await importAll(projectId, 'pictures.zip', zip, { dryRun: true });
    expect(operation).toMatchObject({
      status: 'done',
      isDryRun: true,
      counts: { read: 3, created: 2, duplicates: 0, failed: 1 },
    });
    expect((await countsOf(projectId)).items).toBe(0);
    expect(await db.query('SELECT 1 FROM media')).toHaveLength(blobsBefore);
  });

  test('of images keeps nothing of them but their pixels, and finds the same picture in another format', async () => {
    const projectId = await makeProject('image');
    const pixels = sharp({ create: { width: 6, height: 4, channels: 3, background: 'teal' } });
    const zip = await zipOf([
      [
        'cat/a.png',
        await pixels
          .clone()
          .withExif({ IFD0: { Artist: 'somebody' } })
          .png()
          .toBuffer(),
      ],
      ['cat/b.webp', await pixels.clone().webp({ lossless: true }).toBuffer()],
      ['cat/broken.png', (await numberedPicture(1)).subarray(0, 60)],
      ['cat/gray.png', await numberedPicture(2)],
    ]);
    const operation = await importAll(projectId, 'pictures.zip', zip);
    expect(operation.counts).toEqual({ read: 4, created: 2, duplicates: 1, failed: 1 });
    expect(operation.errors).toMatchObject([{ file: 'cat/broken.png', code: 'image-corrupt' }]);
    const { items } = await client.listItems({ params: { projectId } });
    expect(items.map(({ externalId, width, height }) => [externalId, width, height])).toEqual([
      ['cat/a.png', 6, 4],
      ['cat/gray.png', 8, 8],
    ]);
    const media = await client.getItemMedia({ params: { itemId: items[0]!.id } });
    const { exif, format, channels } = await sharp(await media.arrayBuffer()).metadata();
    expect({ exif, format, channels }).toEqual({ exif: undefined, format: 'png', channels: 3 });
  });

  test('of vectors of another length than the project’s gives an error for each', async () => {
    const projectId = await makeProject('vector');
    await importAll(projectId, 'first.csv', 'v0,v1,label\n1,2,cat\n');
    const operation = await importAll(projectId, 'second.jsonl', '{"vector":[1,2,3]}\n{"vector":[3,4]}\n');
    expect(operation.counts).toMatchObject({ created: 1, failed: 1 });
    expect(operation.errors).toMatchObject([{ line: 1, code: 'vector-invalid' }]);
    // Of a matrix the header says it for all, so that it is refused before anything is kept.
    const header = Buffer.from("{'descr': '<f4', 'fortran_order': False, 'shape': (1, 3), }\n");
    const magic = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
    const matrix = new Blob([magic, header, new Float32Array([1, 2, 3])]);
    await expect(upload(projectId, 'third.npy', matrix)).rejects.toMatchObject({
      problem: { code: 'wrong-columns', detail: expect.stringContaining('here 2') },
    });
  });

  test('that breaks off in the middle fails with the line; the rows before it stay', async () => {
    const projectId = await makeProject('text');
    const rows = range(5500).map((i) => `row ${i},cat`);
    const operation = await importAll(projectId, 'rows.csv', `text,label\n${rows.join('\n')}\n"open`);
    expect(operation).toMatchObject({ status: 'failed', counts: { created: 5000 } });
    expect(operation.errors[0]).toMatchObject({ code: 'malformed-body' });
    expect(operation.errors[0]!.detail).toMatch(/line 5502/);
    expect((await countsOf(projectId)).items).toBe(5000);
  });

  test('of more errors than are kept counts them all', async () => {
    const projectId = await makeProject('text');
    const rows = range(1500).map((i) => `{"text":"row ${i}","label":"bird"}`);
    const operation = await importAll(projectId, 'rows.jsonl', rows.join('\n'));
    expect(operation).toMatchObject({ status: 'done', counts: { read: 1500, failed: 1500 } });
    expect(operation.errors).toHaveLength(1000);
    expect(operation.errors.at(-1)!.line).toBe(1000);
  });

  test('whose blob was lost fails with its key, and is not tried for ever', async () => {
    const projectId = await makeProject('text');
    for (const worker of stack.workers) await worker.kill();
    const { id } = await upload(projectId, 'rows.jsonl', '{"text":"x"}');
    await db.query('UPDATE imports SET file_key = $2 WHERE operation_id = $1', [id, 'a'.repeat(64)]);
    for (const worker of stack.workers) await worker.start();
    const { status, errors } = await client.waitForOperation(id);
    expect(status).toBe('failed');
    expect(errors[0]).toMatchObject({ code: 'blob-missing', detail: expect.stringContaining('aaaa') });
  });
});

describe('a worker', () => {
  const numPictures = 1500; // a batch has 500
  const pictures = async (seed: number) =>
    zipOf(
      await Promise.all(
        range(numPictures).map(
          async (i) =>
            [
              `${i % 2 ? 'cat' : 'unlabeled'}/${String(i).padStart(5, '0')}.png`,
              await numberedPicture(seed + i),
            ] as const,
        ),
      ),
    );
  /** Imports, and calls `disturb` with the worker that does it once some of it is committed. */
  async function importDisturbed(
    projectId: string,
    seed: number,
    disturb: (holder: StackProcess, numRead: () => Promise<number>) => Promise<unknown>,
  ) {
    const { id } = await upload(projectId, 'pictures.zip', await pictures(seed));
    const numRead = async () => (await client.getOperation({ params: { operationId: id } })).counts.read;
    await expect.poll(numRead, { timeout: 60_000, interval: 10 }).toBeGreaterThan(0);
    const { items } = await client.listWorkers();
    const pid = items.find(({ current }) => current?.includes(id))?.pid;
    const holder = stack.workers.find((worker) => worker.pid === pid);
    if (!holder) throw new Error(`no worker says that it does ${id}: ${JSON.stringify(items)}`);
    await disturb(holder, numRead);
    return client.waitForOperation(id);
  }
  async function expectWhole(projectId: string, operation: Awaited<ReturnType<typeof importDisturbed>>) {
    expect(operation).toMatchObject({
      status: 'done',
      counts: { read: numPictures, created: numPictures, duplicates: 0, failed: 0 },
    });
    expect(await countsOf(projectId)).toMatchObject({ items: numPictures, labeled: numPictures / 2 });
    const [row] = await db.query<{ n: number; last: number }>(
      'SELECT count(DISTINCT external_id)::int AS n, max(ordinal) AS last FROM items WHERE project_id = $1',
      [projectId],
    );
    expect(row).toEqual({ n: numPictures, last: numPictures - 1 });
  }

  test('that is killed in the middle of an import has it finished by the next, nothing lost, nothing doubled', async () => {
    const projectId = await makeProject('image');
    const operation = await importDisturbed(projectId, 0, async (holder, numRead) => {
      await holder.kill();
      expect(await numRead()).toBeLessThan(numPictures);
      await holder.start();
    });
    await expectWhole(projectId, operation);
  });

  test('that was taken for dead, and goes on beside the one that took over, does no harm', async () => {
    const projectId = await makeProject('image');
    const operation = await importDisturbed(projectId, 100_000, async (holder, numRead) => {
      const pid = holder.pid!;
      process.kill(pid, 'SIGSTOP');
      try {
        const reached = await numRead();
        expect(reached).toBeLessThan(numPictures);
        await expect.poll(numRead, { timeout: 60_000, interval: 10 }).toBeGreaterThan(reached);
      } finally {
        process.kill(pid, 'SIGCONT');
      }
    });
    await expectWhole(projectId, operation);
    // The frozen one is through with it as well, and has changed nothing.
    const isIdle = async () =>
      (await client.listWorkers()).items.every(({ isAlive, current }) => !isAlive || current === null);
    await expect.poll(isIdle, { timeout: 30_000 }).toBe(true);
    await expectWhole(projectId, await client.getOperation({ params: { operationId: operation.id } }));
  });
});
