import { describe, expect, test } from 'vitest';
import { maxLineBytes } from './lines.js';
import { readAll, refusal, textTarget, useFolder, vectorTarget } from './testing/files.js';

const folder = useFolder();
const jsonl = async (content: string | Uint8Array, target = textTarget) => ({
  path: await folder.write(content),
  format: 'jsonl' as const,
  target,
});

describe('JSONL', () => {
  test('good rows come with their lines, in any script, after a byte order mark and over empty lines', async () => {
    const source = await jsonl(
      '\uFEFF{"id":7,"text":"こんにちは 世界","label":"good"}\r\n\n{"text":"مرحبا بالعالم","holdout":true,"gold":true,"label":"bad","data":{"n":1}}\n{"text":"a\u2028b 👩‍🔬"}',
    );
    const { rows, errors } = await readAll(source);
    expect(errors).toEqual([]);
    expect(rows).toEqual([
      {
        kind: 'row',
        line: 1,
        row: { id: '7', text: 'こんにちは 世界', label: 'good', data: {} },
      },
      {
        kind: 'row',
        line: 3,
        row: { text: 'مرحبا بالعالم', label: 'bad', holdout: true, gold: true, data: { n: 1 } },
      },
      { kind: 'row', line: 4, row: { text: 'a\u2028b 👩‍🔬', data: {} } },
    ]);
  });

  test('every bad line is told with its number, its field and the way out, and the others are read', async () => {
    const { rows, errors } = await readAll(
      await jsonl(
        [
          '{"text":"fine"}',
          '{"text":"cut',
          '{"text":"x","tags":[1]}',
          '{"text":"x","label":"ugly"}',
          '{"id":"no content"}',
          '{"text":"x","holdout":true}',
          '{"text":""}',
          '[1]',
          '{"text":"x","vector":[1]}',
          '{"text":"nul \\u0000"}',
          '{"text":"x","data":{"deep":["half \\ud800"]}}',
          `{"text":"x","data":{"deep":${'['.repeat(50_000)}${']'.repeat(50_000)}}}`,
          '{"text":"x","data":{"escaped":"\\\\u0000 is fine"}}',
          '{"text":"x","gold":true}',
          '{"text":"x","gold":false}',
        ].join('\n'),
      ),
    );
    expect(rows.map(({ line }) => line)).toEqual([1, 13, 15]);
    expect(errors.map(({ line, code }) => [line, code])).toEqual([
      [2, 'json-invalid'],
      [3, 'unknown-field'],
      [4, 'unknown-class'],
      [5, 'content-missing'],
      [6, 'holdout-unlabeled'],
      [7, 'row-invalid'],
      [8, 'row-invalid'],
      [9, 'unknown-field'],
      [10, 'row-invalid'],
      [11, 'row-invalid'],
      [12, 'row-invalid'],
      [14, 'gold-unlabeled'],
    ]);
    expect(errors[1]!.detail).toMatch(/^tags: .*put everything else into data/);
    expect(errors[2]!.detail).toBe('The project has no class “ugly”; it has good, bad.');
    expect(errors.at(-1)!.detail).toMatch(/^gold: .*needs a label.*or leave gold out/);
    expect(errors[7]!.detail).toMatch(/^vector: this project is of type text/);
  });

  test('a line that is not UTF-8 is told, not turned into question marks', async () => {
    const latin1 = Buffer.concat([
      Buffer.from('{"text":"ok"}\n{"text":"'),
      Buffer.from([0xe9]),
      Buffer.from('"}\n'),
    ]);
    const { rows, errors } = await readAll(await jsonl(latin1));
    expect(rows).toHaveLength(1);
    expect(errors).toMatchObject([{ line: 2, code: 'not-utf8' }]);
  });

  test('a line without end is refused in constant memory, and the next one is read', async () => {
    const numLong = 3 * maxLineBytes;
    const file = await jsonl(Buffer.concat([Buffer.alloc(numLong, 0x61), Buffer.from('\n{"text":"next"}')]));
    const { rows, errors } = await readAll(file);
    expect(errors).toMatchObject([{ line: 1, code: 'line-too-long' }]);
    expect(errors[0]!.detail).toContain(String(numLong));
    expect(rows).toMatchObject([{ line: 2, row: { text: 'next' } }]);
  });

  test('vectors are of one length, that of the project or of the first row, and finite', async () => {
    const lines =
      '{"vector":[1,2]}\n{"vector":[1,2,3]}\n{"vector":[1,1e39]}\n{"vector":[1,1e999]}\n{"vector":[0,0]}';
    const first = await readAll(await jsonl(lines, vectorTarget));
    expect(first.rows.map(({ line }) => line)).toEqual([1, 5]);
    expect(first.errors.map(({ line, code }) => [line, code])).toEqual([
      [2, 'vector-invalid'],
      [3, 'vector-invalid'],
      [4, 'row-invalid'],
    ]);
    const known = await readAll(await jsonl(lines, { ...vectorTarget, vectorLength: 3 }));
    expect(known.rows.map(({ line }) => line)).toEqual([2]);
  });

  test.each([
    ['an empty file', '', 'malformed-body', /no rows/],
    ['no JSON in the first line', 'text,label\na,b', 'malformed-body', /^Line 1: The line is not JSON/],
    ['a JSON array', '\n [{"text":"x"}]', 'malformed-body', /one JSON array/],
    ['a field that no row has', '{"sentence":"x"}', 'wrong-columns', /^Line 1: sentence: unknown/],
    ['a row without content', '{"id":"x"}', 'wrong-columns', /needs text/],
    ['a ZIP', Buffer.from('504b0304', 'hex'), 'unsupported-format', /ZIP archive, not JSONL/],
    ['gzip', Buffer.from('1f8b08', 'hex'), 'unsupported-format', /gzip/],
    ['UTF-16', Buffer.from('\uFEFF{"text":"x"}', 'utf16le'), 'malformed-body', /UTF-16/],
    ['binary', Buffer.from([0x7b, 0, 1, 2]), 'unsupported-format', /binary/],
  ])('%s is refused before it is read', async (_, content, code, detail) => {
    const error = await refusal(await jsonl(content));
    expect(error.code).toBe(code);
    expect(error.message).toMatch(detail);
  });
});
