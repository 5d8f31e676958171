import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Client } from '@tangent/client';
import { login } from '@tangent/client';
import { chooseEngine } from '@tangent/compute';
import type { ExportFormat } from '@tangent/contracts';
import { openDatabase } from '@tangent/database';
import { predictNetwork } from '@tangent/models';
import { decodeCheckpoint } from '@tangent/networks';
import { folderStore } from '@tangent/storage';
import * as tf from '@tensorflow/tfjs-core';
import * as layers from '@tensorflow/tfjs-layers';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Stack, startStack } from '../../scripts/lib/stack.mjs';
import { eventually } from './support/api.js';
import { readNpy } from './support/npy.js';
import { vectorProject } from './support/vectors.js';
import { numberedPicture, unzip, zipOf } from './support/zips.js';

// What leaves the house, by real processes: each format read by what reads it elsewhere.

let stack: Stack;
let client: Client;
let importRoot: string;
beforeAll(async () => {
  importRoot = await mkdtemp(path.join(tmpdir(), 'tangent-exports-'));
  stack = await startStack({ queue: 'postgres', env: { TANGENT_IMPORT_ROOT: importRoot } });
  client = (await login({ baseUrl: stack.apiUrl }, stack.admin.email, stack.admin.password)).client;
});
afterAll(async () => {
  await stack?.stop();
  if (importRoot) await rm(importRoot, { recursive: true, force: true });
});

async function projectOf(
  type: 'text' | 'image',
  keys: readonly string[],
  file: Blob,
  fileName: string,
): Promise<string> {
  const { id: projectId } = await client.createProject({
    body: {
      name: 'Für Ausfuhr: №1',
      type,
      classes: keys.map((key) => ({ key })),
      settings: { trigger: { everyLabels: null } },
    },
  });
  const upload = await client.uploadImport({ params: { projectId }, file, fileName });
  const { counts, errors } = await client.waitForOperation(upload.id);
  expect({ counts, errors }).toMatchObject({ counts: { failed: 0, duplicates: 0 }, errors: [] });
  return projectId;
}

const exported = async (projectId: string, format: ExportFormat): Promise<Response> =>
  new Response(await client.createExport({ params: { projectId }, query: { format } }));

/** A line of JSONL. */
interface Exported {
  readonly itemId: string;
  readonly id?: string;
  readonly label?: string;
  readonly holdout: boolean;
  readonly gold: boolean;
  readonly mediaSha256?: string;
}

/** In the order of import, the held-out ones too. */
async function rowsOf(projectId: string): Promise<Exported[]> {
  const lines = (await (await exported(projectId, 'jsonl')).text()).trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
const idsOf = async (projectId: string) => (await rowsOf(projectId)).map(({ itemId }) => itemId);

/** Of Label Studio. */
interface Task {
  readonly id: number;
  readonly data: object;
  readonly meta: object;
  readonly annotations: readonly { readonly id: number }[];
  readonly predictions: unknown;
}

const linesOf = (rows: readonly object[]) =>
  new Blob([rows.map((row) => `${JSON.stringify(row)}\n`).join('')]);

describe('texts', () => {
  const rows = [
    { id: 'plain', text: 'a, "quoted"\r\nline', label: '-1', data: { source: '=cmd' } },
    { id: '=1+1', text: '=HYPERLINK("http://x")', label: '@home' },
    { text: "'=already guarded", label: '-1', holdout: true, gold: true },
    { id: '-7.5', text: '＝wide, and \u{1f600}' },
    { id: 'to skip', text: 'nothing to say' },
    { id: 'to label', text: 'something to say' },
  ];
  let projectId: string;
  let ids: string[];
  beforeAll(async () => {
    projectId = await projectOf('text', ['-1', '@home'], linesOf(rows), 'rows.jsonl');
    ids = await idsOf(projectId);
    await client.createAnnotation({
      params: { itemId: ids[4]! },
      body: { skip: { reason: 'not-relevant' }, wallMs: 2500 },
    });
    await client.createAnnotation({
      params: { itemId: ids[5]! },
      body: { classKey: '@home', flag: true, activeMs: 1500 },
    });
  });

  test('JSONL gives back what was imported, with what people said of it', async () => {
    const response = await exported(projectId, 'jsonl');
    const lines = (await response.text()).trimEnd().split('\n');
    const found = lines.map((line) => JSON.parse(line));
    expect(found).toHaveLength(rows.length);
    for (const [i, { id, text, label, holdout = false, gold = false, data }] of rows.slice(0, 4).entries()) {
      expect(found[i]).toMatchObject({ text, holdout, gold, data: data ?? {} });
      expect([found[i].id, found[i].label]).toEqual([id, label]);
    }
    expect(found[4]).toMatchObject({ status: 'skipped', annotations: [{ skip: 'not-relevant' }] });
    expect(found[5]).toMatchObject({ label: '@home', annotations: [{ classKey: '@home', flag: true }] });
  });

  test('no cell of a CSV is a formula, and its fields are what they were', async () => {
    const text = await (await exported(projectId, 'csv')).text();
    const records = parse(text, { columns: true, record_delimiter: '\r\n' }) as Record<string, string>[];
    for (const record of records)
      for (const cell of Object.values(record))
        if (!/^[+-]?\d+(\.\d+)?$/.test(cell)) expect(cell).not.toMatch(/^[=+\-@\t\r＝]/);
    // One apostrophe off, and the cell is what was imported.
    const plain = (cell: string) => (/^'+[=+\-@\t\r\n＝]/.test(cell) ? cell.slice(1) : cell);
    expect(
      records.map(({ id, text, label, status }) => [plain(id!), plain(text!), plain(label!), status]),
    ).toEqual(
      rows.map(({ id = '', text, label = '' }, i) => [
        id,
        text,
        i === 5 ? '@home' : label,
        label || i === 5 ? 'labeled' : i === 4 ? 'skipped' : 'unlabeled',
      ]),
    );
    expect(JSON.parse(records[0]!.data!)).toEqual({ source: '=cmd' });
  });

  test('Label Studio gets tasks as its import takes them', async () => {
    const tasks = (await (await exported(projectId, 'label-studio')).json()) as Task[];
    expect(tasks.map((task) => [task.id, task.data])).toEqual(
      rows.map(({ text, data }, i) => [i + 1, { ...data, text }]),
    );
    const annotations = tasks.flatMap((task) => task.annotations);
    // Its database keeps the ids as whole numbers, each once.
    expect(annotations.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
    const choice = (key: string) => ({
      from_name: 'label',
      to_name: 'text',
      type: 'choices',
      value: { choices: [key] },
    });
    expect(annotations[0]).toMatchObject({
      ground_truth: true,
      was_cancelled: false,
      result: [choice('-1')],
    });
    expect(annotations[0]).not.toHaveProperty('completed_by');
    expect(tasks[2]!.meta).toMatchObject({ itemId: ids[2], holdout: true, gold: true });
    const completed_by = { email: stack.admin.email };
    expect(annotations[3]).toMatchObject({
      completed_by,
      was_cancelled: true,
      result: [],
      lead_time: 2.5,
      skip: 'not-relevant',
    });
    expect(annotations[4]).toMatchObject({
      completed_by,
      was_cancelled: false,
      ground_truth: false,
      lead_time: 1.5,
      result: [choice('@home')],
    });
    expect(tasks.every((task) => Array.isArray(task.predictions))).toBe(true);
  });

  test('a format of other projects is refused with those that fit, and so is a model that is not there yet', async () => {
    for (const format of ['hf-imagefolder', 'npy'] as const)
      await expect(exported(projectId, format)).rejects.toMatchObject({
        problem: { code: 'validation-failed', detail: expect.stringContaining('jsonl, csv, label-studio') },
      });
    await expect(client.getModel({ params: { projectId } })).rejects.toMatchObject({
      problem: {
        code: 'no-model',
        detail: expect.stringMatching(/no round has finished yet.*POST \/v1\/projects/),
      },
    });
  });

  test('an empty project is an empty file of each kind', async () => {
    const { id: empty } = await client.createProject({
      body: { name: 'empty', type: 'text', classes: [{ key: 'a' }, { key: 'b' }] },
    });
    expect(await (await exported(empty, 'jsonl')).text()).toBe('');
    expect(await (await exported(empty, 'label-studio')).json()).toEqual([]);
    expect((await (await exported(empty, 'csv')).text()).trimEnd().split('\r\n')).toHaveLength(1);
  });
});

describe('a reader that leaves or sleeps', () => {
  test('holds one snapshot, little memory, and one of few places, until it is gone', async () => {
    const text = 'many words '.repeat(800);
    const rows = Array.from({ length: 2500 }, (_, i) => ({ id: `${i}`, text: `${i} ${text}` }));
    const projectId = await projectOf('text', ['a', 'b'], linesOf(rows), 'long.jsonl');
    const db = openDatabase({ url: stack.databaseUrl });
    const numOpen = async () => {
      const [row] = await db.query<{ n: number }>(
        `SELECT count(*)::int AS n FROM pg_stat_activity
         WHERE datname = current_database() AND application_name = 'tangent api' AND xact_start IS NOT NULL AND query ~ 'cursor'`,
      );
      return row!.n;
    };
    const leaving = new AbortController();
    const open = () =>
      client.createExport({ params: { projectId } }, { signal: leaving.signal, retries: { limit: 0 } });
    const readers = await Promise.all(Array.from({ length: 5 }, open));
    const taken = readers.map((stream) => stream.getReader());
    for (const reader of taken) expect((await reader.read()).done).toBe(false);
    await eventually(numOpen).toBe(5);
    await expect(open()).rejects.toMatchObject({ problem: { code: 'too-many-requests' } });
    leaving.abort();
    await eventually(numOpen).toBe(0);
    const whole = await (await exported(projectId, 'jsonl')).text();
    expect(whole.split('\n').length - 1).toBe(rows.length);
    expect(whole).toContain(`"id":"2499","text":"2499 ${text}"`);
    await eventually(numOpen).toBe(0);
    await db.close();
  });
});

test('images leave as a folder that `datasets` reads, with splits, classes and metadata, and come back as they were', async () => {
  const keys = ['cats', '..', 'a:b?'];
  const metadata = [
    { file_name: '0.png', label: 'cats' },
    { file_name: '1.png', label: 'cats', id: 'second' },
    { file_name: '2.png', label: '..', gold: true },
    { file_name: '3.png', label: 'a:b?' },
    { file_name: '4.png', label: 'cats', holdout: true },
    { file_name: '5.png' },
  ];
  const entries = await Promise.all(
    metadata.map(async ({ file_name }, i) => [file_name, new Uint8Array(await numberedPicture(i))] as const),
  );
  const lines = Buffer.from(metadata.map((row) => JSON.stringify(row)).join('\n'));
  const archive = await zipOf([...entries, ['metadata.jsonl', new Uint8Array(lines)]]);
  const projectId = await projectOf('image', keys, archive, 'pictures.zip');
  const ids = await idsOf(projectId);
  const files = await unzip(await (await exported(projectId, 'hf-imagefolder')).blob());
  const folders = ['train/cats', 'train/cats', 'train/%2E%2E', 'train/a%3Ab%3F', 'test/cats'];
  expect([...files.keys()].toSorted()).toEqual(
    [
      ...folders.map((folder, i) => `${folder}/${ids[i]!}.png`),
      'train/metadata.jsonl',
      'test/metadata.jsonl',
    ].toSorted(),
  );
  for (const [i, folder] of folders.entries()) {
    const itemId = ids[i]!;
    const shown = await client.getItemMedia({ params: { itemId } });
    expect(
      Buffer.compare(files.get(`${folder}/${itemId}.png`)!, Buffer.from(await shown.arrayBuffer())),
    ).toBe(0);
  }
  const described = ['train', 'test'].flatMap((split) =>
    files
      .get(`${split}/metadata.jsonl`)!
      .toString()
      .trimEnd()
      .split('\n')
      .map((line) => ({ split, ...JSON.parse(line) })),
  );
  expect(described).toEqual(
    folders.map((folder, i) => ({
      split: folder.split('/')[0],
      file_name: `${folder.split('/')[1]}/${ids[i]!}.png`,
      label: metadata[i]!.label,
      id: metadata[i]!.id ?? `${i}.png`,
      holdout: i === 4,
      gold: i === 2,
    })),
  );

  // And back: the archive, and the same unpacked on the server.
  await mkdir(path.join(importRoot, 'unpacked'));
  for (const [name, bytes] of files) {
    const file = path.join(importRoot, 'unpacked', name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
  }
  const body = { name: 'again', type: 'image' as const, classes: keys.map((key) => ({ key })) };
  const again = [await client.createProject({ body }), await client.createProject({ body })];
  const imports = [
    await client.uploadImport({
      params: { projectId: again[0]!.id },
      file: await zipOf(files),
      fileName: 'back.zip',
    }),
    await client.importFromServer({ params: { projectId: again[1]!.id }, path: 'unpacked' }),
  ];
  const labeled = (rows: Exported[]) =>
    rows
      .filter(({ label }) => label !== undefined)
      .map(({ id, label, holdout, gold, mediaSha256 }) => ({ id, label, holdout, gold, mediaSha256 }))
      .toSorted((a, b) => (a.id! < b.id! ? -1 : 1));
  const before = labeled(await rowsOf(projectId));
  expect(before).toHaveLength(5);
  for (const [i, { id }] of imports.entries()) {
    expect(await client.waitForOperation(id)).toMatchObject({
      status: 'done',
      counts: { read: 5, created: 5, duplicates: 0, failed: 0 },
      errors: [],
    });
    expect(labeled(await rowsOf(again[i]!.id))).toEqual(before);
  }
});

describe('vectors', () => {
  let projectId: string;
  let roundId: string;
  beforeAll(async () => {
    await chooseEngine({ engine: process.env.TANGENT_ENGINE });
    ({ projectId } = await vectorProject(client, { numPool: 300, numHeldOut: 60 }));
    ({ id: roundId } = await client.createRound({ params: { projectId }, body: { seed: 5 } }));
    expect((await client.waitForRound(roundId)).status).toBe('done');
  });

  const vectorsAndLabels = async () => {
    const files = await unzip(await (await exported(projectId, 'npy')).blob());
    const { numRows: n, numColumns: d, values } = readNpy(files.get('vectors.npy')!);
    const records = parse(files.get('labels.csv')!, { columns: true }) as Record<string, string>[];
    return { n, d, values, records };
  };

  test('go to Python as an array that NumPy reads and labels in its order', async () => {
    const { n, d, values, records } = await vectorsAndLabels();
    expect([n, d, values.length, records.length]).toEqual([360, 16, 360 * 16, 360]);
    const db = openDatabase({ url: stack.databaseUrl });
    const rows = await db.query<{
      itemId: string;
      id: string;
      label: string;
      holdout: string;
      gold: string;
      vector: Buffer;
    }>(
      `SELECT i.id AS "itemId", i.external_id AS id, coalesce(l.class_key, '') AS label, i.is_holdout::text AS holdout,
         i.is_gold::text AS gold, i.vector
       FROM items i LEFT JOIN labels l ON l.item_id = i.id WHERE i.project_id = $1 ORDER BY i.ordinal`,
      [projectId],
    );
    await db.close();
    expect(rows).toHaveLength(360);
    expect(new Set(rows.map(({ label }) => label)).size).toBe(4); // three classes, and none
    for (const [i, { vector, ...said }] of rows.entries()) {
      expect(records[i]).toEqual(said);
      expect(Buffer.from(values.slice(i * d, (i + 1) * d).buffer).equals(vector)).toBe(true);
    }
  });

  test('the model is loaded by tfjs-layers elsewhere and predicts what the service does', async () => {
    const files = await unzip(await client.getModel({ params: { projectId } }));
    expect([...files.keys()]).toEqual(['tangent.json', 'model.json', 'weights.bin']);
    const description = JSON.parse(files.get('tangent.json')!.toString());
    const { modelTopology, weightsManifest } = JSON.parse(files.get('model.json')!.toString());
    const model = await layers.loadLayersModel(
      tf.io.fromMemory({
        modelTopology,
        weightSpecs: weightsManifest[0].weights,
        weightData: new Uint8Array(files.get('weights.bin')!).buffer,
      }),
    );
    const round = await client.getRound({ params: { roundId } });
    expect(description).toMatchObject({
      modelVersion: round.modelVersion,
      round: { id: roundId, seed: 5, strategy: 'lookahead' },
      classes: [{ key: 'c0' }, { key: 'c1' }, { key: 'c2' }],
      inputs: { shape: [16], featuriser: { kind: 'vectors', numInputs: 16 } },
      outputs: { kind: 'logits', loss: 'squared' },
    });
    const { values, d, records } = await vectorsAndLabels();
    const { mean, deviation } = description.inputs.featuriser.scale;
    const x = values.map((value, i) => (value - mean[i % d]) / deviation[i % d]);
    const n = records.length;
    const logits = tf.tidy(
      () => (model.predict(tf.tensor(x, [n, d])) as tf.Tensor).dataSync() as Float32Array,
    );
    // Of the round itself, as the worker counted them on its own inputs.
    const classes = description.classes.map(({ key }: { key: string }) => key);
    const isRight = records.map(({ label }, i) => {
      const row = logits.subarray(i * 3, i * 3 + 3);
      return classes[row.indexOf(Math.max(...row))] === label;
    });
    const heldOut = isRight.filter((_, i) => records[i]!.holdout === 'true');
    expect(heldOut).toHaveLength(60);
    expect(heldOut.filter(Boolean).length / 60).toBeCloseTo(round.metrics.heldOutAccuracy as number, 10);
    // And of the network that it kept.
    const db = openDatabase({ url: stack.databaseUrl });
    const [row] = await db.query<{ key: string }>(
      'SELECT v.checkpoint_key AS key FROM model_versions v JOIN rounds r ON r.model_version_id = v.id WHERE r.id = $1',
      [roundId],
    );
    await db.close();
    const blobs = await folderStore(path.join(stack.dataDir, 'blobs'));
    const kept = predictNetwork(decodeCheckpoint(await blobs.get(row!.key)), x, n);
    for (const [i, logit] of logits.entries()) expect(Math.abs(logit - kept[i]!)).toBeLessThan(1e-4);
    model.dispose();
  });
});
