import { describe, expect, test } from 'vitest';
import { maxLineBytes } from './lines.js';
import { imageTarget, readAll, refusal, textTarget, useFolder } from './testing/files.js';

const folder = useFolder();
const tasks = async (content: unknown, target = textTarget) => ({
  path: await folder.write(
    typeof content === 'string' || Buffer.isBuffer(content) ? content : JSON.stringify(content, null, 2),
  ),
  format: 'label-studio' as const,
  target,
});
const chosen = (choices: string[], more: object = {}) => ({
  result: [
    { from_name: 'sentiment', to_name: 'text', type: 'choices', value: { choices } },
    { type: 'labels', value: { start: 0, end: 2, labels: ['NAME'] } },
  ],
  ...more,
});

describe('tasks of Label Studio', () => {
  test('the content, the label that counts, and all else in data', async () => {
    const annotations = [
      chosen(['bad'], { id: 7, was_cancelled: true, lead_time: 1.5 }),
      chosen(['good'], { id: 8, was_cancelled: false, lead_time: 12.25, completed_by: { id: 3 } }),
    ];
    const predictions = [{ model_version: 'v1', score: 0.75, result: chosen(['bad']).result }];
    const source = await tasks([
      { id: 42, data: { text: '一つ目', page: 3 }, annotations, predictions, created_at: '2026-01-01' },
      { id: 43, data: { review: 'the only text', stars: 4 }, annotations: [], predictions: [] },
    ]);
    expect(await readAll(source)).toEqual({
      errors: [],
      rows: [
        {
          kind: 'row',
          record: 1,
          row: {
            id: '42',
            text: '一つ目',
            label: 'good',
            data: { page: 3, label_studio: { annotations, predictions } },
          },
        },
        {
          kind: 'row',
          record: 2,
          row: {
            id: '43',
            text: 'the only text',
            data: { stars: 4, label_studio: { field: 'review' } },
          },
        },
      ],
    });
  });

  test.each<[string, object[], string | undefined]>([
    ['two agree against one', [chosen(['good']), chosen(['bad']), chosen(['good'])], 'good'],
    ['a tie is to be labeled again', [chosen(['good']), chosen(['bad'])], undefined],
    [
      'the ground truth outweighs',
      [chosen(['good']), chosen(['good']), chosen(['bad'], { ground_truth: true })],
      'bad',
    ],
    ['a cancelled one is no answer', [chosen(['good'], { was_cancelled: true })], undefined],
    ['an empty one is no answer', [{ result: [] }], undefined],
  ])('%s', async (_, annotations, label) => {
    const { rows } = await readAll(await tasks([{ data: { text: 'x' }, annotations }]));
    expect(rows.map(({ row }) => row.label)).toEqual([label]);
  });

  test('of our own export come ids, holdout and gold of the items', async () => {
    const annotations = [chosen(['good'], { ground_truth: true, was_cancelled: false, lead_time: null })];
    const { rows, errors } = await readAll(
      await tasks([
        {
          id: 1,
          data: { text: 'a' },
          meta: { itemId: 'itm_1', id: 'mine', holdout: true, gold: true, page: 3 },
          annotations,
        },
        { id: 2, data: { text: 'b' }, meta: { itemId: 'itm_2' }, annotations: [], predictions: [] },
      ]),
    );
    expect(errors).toEqual([]);
    expect(rows.map(({ row }) => row)).toEqual([
      {
        id: 'mine',
        text: 'a',
        label: 'good',
        holdout: true,
        gold: true,
        data: { label_studio: { annotations, meta: { page: 3 } } },
      },
      { text: 'b', holdout: false, data: {} },
    ]);
  });

  test('JSON-MIN has data and answers side by side', async () => {
    const { rows, errors } = await readAll(
      await tasks([
        { id: 1, text: 'a', page: 2, sentiment: 'good', annotator: 1, annotation_id: 9, lead_time: 3.5 },
        { id: 2, text: 'b', sentiment: { choices: ['good', 'bad'] }, annotation_id: 10 },
        { id: 3, text: 'good', annotation_id: 11 },
      ]),
    );
    expect(rows.map(({ row }) => row)).toEqual([
      {
        id: '1',
        text: 'a',
        label: 'good',
        data: { page: 2, label_studio: { lead_time: 3.5 } },
      },
      { id: '3', text: 'good', data: {} },
    ]);
    expect(errors).toMatchObject([{ record: 2, code: 'row-invalid' }]);
  });

  test('what is wrong with a task is told with its place in the array', async () => {
    const { rows, errors } = await readAll(
      await tasks([
        { data: { text: 'fine' } },
        { data: { text: 'x' }, annotations: [chosen(['ugly'])] },
        { data: { text: 'x' }, annotations: [chosen(['good', 'bad'])] },
        { data: { a: 'x', b: 'y' } },
        { data: 'x' },
        17,
        { data: { text: 'x' }, annotations: [{ result: 'all' }] },
      ]),
    );
    expect(rows.map(({ record }) => record)).toEqual([1]);
    expect(errors.map(({ record, code }) => [record, code])).toEqual([
      [2, 'unknown-class'],
      [3, 'row-invalid'],
      [4, 'content-missing'],
      [5, 'row-invalid'],
      [6, 'row-invalid'],
      [7, 'row-invalid'],
    ]);
    expect(errors[2]!.detail).toBe(
      'data.text: missing; a task of this project needs it, and data holds a, b.',
    );
    const images = await readAll(await tasks([{ data: { image: '/data/upload/1/a.png' } }], imageTarget));
    expect(images.errors[0]!.detail).toMatch(/images are not fetched/);
  });

  test('a file that breaks off gives the tasks before that, then the place', async () => {
    const whole = JSON.stringify(
      Array.from({ length: 5000 }, (_, i) => ({ id: i, data: { text: `t${i}` } })),
    );
    const source = await tasks(whole.slice(0, -20));
    const reading = readAll(source);
    await expect(reading).rejects.toMatchObject({ code: 'malformed-body' });
    await expect(reading).rejects.toThrow(/after element 4999: it ends too early/);
    const { rows } = await readAll(await tasks(whole));
    expect(rows.map(({ row }) => row.id)).toEqual(Array.from({ length: 5000 }, (_, i) => String(i)));
  });

  test('an element without end is refused before it fills the memory', async () => {
    const source = await tasks(`[{"data":{"text":"${'a'.repeat(maxLineBytes + (1 << 20))}`);
    await expect(readAll(source)).rejects.toThrow(/from its start: the next element is longer than/);
  });

  test.each([
    ['an object', '{"tasks":[]}', 'malformed-body', /not an array/],
    ['an empty array', '[]', 'malformed-body', /no rows/],
    ['no JSON', '[{"data": text}]', 'malformed-body', /from its start/],
    ['other rows', '[{"data":{"title":1}}]', 'wrong-columns', /^Element 1: data.text: missing/],
    ['UTF-16', Buffer.from('\uFEFF[]', 'utf16le'), 'malformed-body', /UTF-16/],
  ])('%s is refused before it is read', async (_, content, code, detail) => {
    const error = await refusal(await tasks(content));
    expect([error.code, error.message]).toEqual([code, expect.stringMatching(detail)]);
  });
});

test('a JSON array of rows is read as JSONL is', async () => {
  const rows = [
    { id: 1, text: 'a', label: 'good' },
    { text: 'b', tags: [] },
    { text: 'c', __proto__: {} },
  ];
  const path = await folder.write(
    `\uFEFF ${JSON.stringify(rows).replace('"c"', '"c","__proto__":{"x":1}')}\n`,
  );
  const read = await readAll({ path, format: 'json', target: textTarget });
  expect(read.rows.map(({ record, row }) => [record, row.id, row.text])).toEqual([[1, '1', 'a']]);
  expect(read.errors).toMatchObject([
    { record: 2, code: 'unknown-field' },
    { record: 3, code: 'unknown-field' },
  ]);
});

test('data that is nested without end is told, not fallen over', async () => {
  const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
  for (const [format, content] of [
    ['jsonl', `{"text":"x","data":${deep}}`],
    ['json', `[{"text":"x","data":${deep}}]`],
  ] as const) {
    const { errors } = await readAll({ path: await folder.write(content), format, target: textTarget });
    expect(errors).toMatchObject([
      { code: 'row-invalid', detail: expect.stringMatching(/nested deeper than 64 levels/) },
    ]);
  }
});
