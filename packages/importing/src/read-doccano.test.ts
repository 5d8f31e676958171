import { expect, test } from 'vitest';
import { readAll, refusal, textTarget, useFolder, vectorTarget } from './testing/files.js';

const folder = useFolder();
const doccano = async (content: string, target = textTarget) => ({
  path: await folder.write(content),
  format: 'doccano' as const,
  target,
});

test('labels as a list, as one string, or none; everything else is kept in data', async () => {
  const { rows, errors } = await readAll(
    await doccano(
      [
        '{"id":1,"text":"a","label":["good"],"Comments":[]}',
        '{"id":2,"text":"b","label":"bad","source":"web","Comments":["unsure"]}',
        '{"id":3,"text":"c","label":[]}',
        '{"text":"d","labels":["good"]}',
        '{"id":5,"text":"e","label":["good","bad"]}',
        '{"id":6,"text":"f","label":[[0,1,"NAME"]]}',
        '{"id":7,"text":"g","label":["ugly"]}',
        '{"id":8,"label":["good"]}',
        'no json',
        '[]',
      ].join('\n'),
    ),
  );
  expect(rows.map(({ line, row: { id, text, label, data } }) => [line, id, text, label, data])).toEqual([
    [1, '1', 'a', 'good', {}],
    [2, '2', 'b', 'bad', { source: 'web', Comments: ['unsure'] }],
    [3, '3', 'c', undefined, {}],
    [4, undefined, 'd', 'good', {}],
  ]);
  expect(errors.map(({ line, code }) => [line, code])).toEqual([
    [5, 'row-invalid'],
    [6, 'row-invalid'],
    [7, 'unknown-class'],
    [8, 'content-missing'],
    [9, 'json-invalid'],
    [10, 'row-invalid'],
  ]);
});

test('a project of vectors, and a file without rows, are refused', async () => {
  expect((await refusal(await doccano('{"text":"a","label":[]}', vectorTarget))).code).toBe(
    'unsupported-format',
  );
  expect((await refusal(await doccano('\n\n'))).code).toBe('malformed-body');
});
