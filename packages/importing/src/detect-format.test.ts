import { expect, test } from 'vitest';
import { detectFormat } from './index.js';
import { useFolder } from './testing/files.js';

const folder = useFolder();

test.each<[string, string, string | Buffer]>([
  ['zip', 'rows.csv', Buffer.from('504b030414', 'hex')],
  ['npy', 'x', Buffer.from('\x93NUMPY\x01\0', 'latin1')],
  ['label-studio', 'project-1.json', '[{"id":1,"annotations":[],"data":{"text":"a"}}]'],
  ['label-studio', 'export', '\uFEFF\n[ {"id":1,"text":"a","annotation_id":3} ]'],
  ['json', 'rows.json', '[\n{"text":"a"}]'],
  ['doccano', 'all.jsonl', '{"id":1,"text":"a","label":["good"]}\n'],
  ['doccano', 'all', '{"id":1,"text":"a","label":"good","Comments":[]}\n'],
  ['jsonl', 'rows', '\uFEFF{"text":"a","label":"good"}\n'],
  ['jsonl', 'rows.json', '{"text":"a"}\n{"text":"b"}\n'],
  ['jsonl', 'rows.ndjson', 'no json'],
  ['jsonl', 'rows.jsonl', '[{"text":"a"}]'],
  ['csv', 'rows.TSV', 'text\tlabel\n'],
  ['csv', 'rows.csv', '{a},b\n'],
  ['zip', 'pictures.zip', 'no archive'],
])('%s: %s', async (format, fileName, content) => {
  expect(await detectFormat(await folder.write(content), fileName)).toBe(format);
});

test('what was asked for is not guessed again, and what nobody can tell is refused', async () => {
  const path = await folder.write('a,b\n1,2\n');
  expect(await detectFormat(path, 'rows', 'csv')).toBe('csv');
  for (const name of ['rows.xlsx', 'rows.constructor', 'rows.__proto__', 'rows'])
    await expect(detectFormat(path, name)).rejects.toMatchObject({ code: 'unsupported-format' });
});
