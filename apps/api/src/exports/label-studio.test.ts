import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ExportedAnnotation, ExportRow, ProjectExport } from '@tangent/database';
import { readRows } from '@tangent/importing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { labelStudio } from './label-studio.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'label-studio-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Task {
  readonly data: object;
  readonly meta: object;
  readonly annotations: readonly { readonly id: number; readonly [key: string]: unknown }[];
  readonly predictions: readonly unknown[];
}

/** A file of tasks as the items that the service would hold, none of them annotated here. */
async function imported(tasks: readonly object[]): Promise<ExportRow[]> {
  const file = path.join(folder, 'tasks.json');
  await writeFile(file, JSON.stringify(tasks));
  const target = { type: 'text', classKeys: ['good', 'bad'] } as const;
  const rows: ExportRow[] = [];
  for await (const group of readRows({ path: file, format: 'label-studio', target }))
    for (const read of group) {
      if (read.kind === 'error') throw new Error(read.error.detail);
      const { id, text, label, holdout = false, gold = false, data } = read.row;
      rows.push({
        id: `itm_${rows.length}`,
        ordinal: rows.length,
        externalId: id ?? null,
        text: text!,
        vector: null,
        mediaSha256: null,
        dataJson: JSON.stringify(data),
        isHoldout: holdout,
        isGold: gold,
        status: label === undefined ? 'unlabeled' : 'labeled',
        label: label ?? null,
        labelSource: label === undefined ? null : 'import',
        createdAt: '2026-01-31T12:00:00.000Z',
        annotations: [],
      });
    }
  return rows;
}

async function exported(rows: readonly ExportRow[]): Promise<Task[]> {
  const source: ProjectExport = {
    project: { id: 'prj_1', name: 'p', type: 'text' },
    count: async () => ({ numItems: rows.length, vectorLength: 0 }),
    async *batches() {
      yield rows;
    },
    close: async () => undefined,
  };
  let text = '';
  for await (const chunk of labelStudio.write({ source, origin: '', blobs: {} as never }))
    text += Buffer.from(chunk).toString();
  return JSON.parse(text);
}

const choice = (key: string) => ({
  id: 'r1',
  from_name: 'sentiment',
  to_name: 'txt',
  type: 'choices',
  value: { choices: [key] },
});
const span = { id: 'r2', type: 'labels', value: { start: 0, end: 2, labels: ['NAME'] } };
const annotated = (key: string, more: object) => ({
  result: [choice(key), span],
  completed_by: { email: 'ann@example.org' },
  ...more,
});
const tasks = [
  {
    id: 42,
    data: { text: 'fine', page: 3 },
    meta: { source: 'mail' },
    annotations: [
      annotated('bad', { id: 7, was_cancelled: true, ground_truth: false, lead_time: 1.5 }),
      annotated('good', { id: 8, was_cancelled: false, ground_truth: false, lead_time: 12.25 }),
    ],
    predictions: [{ model_version: 'v1', score: 0.75, result: [choice('bad')] }],
  },
  { id: 43, data: { review: 'under a name of its own' }, annotations: [], predictions: [] },
];
const withoutIds = (annotations: readonly object[]) =>
  annotations.map((annotation) => ({ ...annotation, id: undefined }));

test('tasks of Label Studio come back with their data, annotations, predictions and meta', async () => {
  const back = await exported(await imported(tasks));
  for (const [i, { data, meta, annotations, predictions }] of tasks.entries()) {
    expect(back[i]).toMatchObject({ data, meta: { ...meta, id: String(tasks[i]!.id) }, predictions });
    expect(Object.keys(back[i]!.data)).toEqual(expect.arrayContaining(Object.keys(data)));
    expect(back[i]!.data).not.toHaveProperty('label_studio');
    expect(withoutIds(back[i]!.annotations)).toEqual(withoutIds(annotations));
  }
  expect(back.flatMap(({ annotations }) => annotations.map(({ id }) => id))).toEqual([1, 2]);
});

const answer = (classKey: string): ExportedAnnotation => ({
  id: 'ann_1',
  annotatorId: 'usr_1',
  annotatorEmail: 'ben@example.org',
  classKey,
  skip: null,
  flag: false,
  activeMs: 2500,
  wallMs: null,
  createdAt: '2026-02-01T12:00:00.000Z',
});

test.each<[string, Partial<ExportRow>]>([
  ['as it was imported', {}],
  ['labeled anew', { label: 'bad', labelSource: 'annotation', annotations: [answer('bad')] }],
  ['reviewed', { label: 'bad', labelSource: 'review', annotations: [answer('good')] }],
  ['held out', { isHoldout: true }],
  ['gold', { isGold: true, annotations: [answer('bad'), answer('bad')] }],
])(
  'an item that is %s has the same label, id and data after a way through Label Studio',
  async (_, change) => {
    const [first] = await imported(tasks);
    const row = { ...first!, ...change };
    const [again] = await imported(await exported([row]));
    for (const name of ['externalId', 'text', 'label', 'isHoldout', 'isGold'] as const)
      expect(again![name]).toBe(row[name]);
    // Once read, a second way changes nothing.
    expect(withoutIds((await exported([again!]))[0]!.annotations)).toEqual(
      withoutIds((await exported([row]))[0]!.annotations),
    );
  },
);
