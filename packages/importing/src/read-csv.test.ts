import { describe, expect, test } from 'vitest';
import type { ImportTarget } from './index.js';
import {
  imageTarget,
  picture,
  readAll,
  refusal,
  textTarget,
  useFolder,
  vectorTarget,
} from './testing/files.js';

const folder = useFolder();
const csv = async (content: string | Uint8Array, target: ImportTarget = textTarget) => ({
  path: await folder.write(content),
  format: 'csv' as const,
  target,
});

describe('CSV', () => {
  test('quotes, line breaks in fields, any script, empty lines, and a byte order mark', async () => {
    const source = await csv(
      '\uFEFFid,text,label,holdout,data.source\r\n1,"He said ""hi"",\nand left",good,,web\r\n\r\n"2",漢字 かな,bad,TRUE,\r\n3,שלום עולם,,no,"a;b"\r\n',
    );
    expect(await readAll(source)).toEqual({
      errors: [],
      rows: [
        {
          kind: 'row',
          line: 2,
          row: {
            id: '1',
            text: 'He said "hi",\nand left',
            label: 'good',
            data: { source: 'web' },
          },
        },
        {
          kind: 'row',
          line: 5,
          row: { id: '2', text: '漢字 かな', label: 'bad', holdout: true, data: { source: '' } },
        },
        {
          kind: 'row',
          line: 6,
          row: { id: '3', text: 'שלום עולם', holdout: false, data: { source: 'a;b' } },
        },
      ],
    });
  });

  test.each([';', '\t', '|'])('the delimiter %j is found', async (delimiter) => {
    const { rows, errors } = await readAll(
      await csv(['text,label', 'a,good'].join('\n').replaceAll(',', delimiter)),
    );
    expect(errors).toEqual([]);
    expect(rows[0]!.row).toMatchObject({ text: 'a', label: 'good' });
  });

  test('a row that is too short, a holdout or gold that is neither, and an unknown class are told by line', async () => {
    const { rows, errors } = await readAll(
      await csv(
        'text,label,holdout,gold\none\ntwo,good,perhaps,\nthree,ugly,,\nfour,good,1,yes\nfive,good,,x\n',
      ),
    );
    expect(rows.map(({ row }) => row)).toEqual([
      { text: 'four', label: 'good', holdout: true, gold: true, data: {} },
    ]);
    expect(errors).toEqual([
      { line: 2, code: 'row-invalid', detail: 'The row has 1 fields, the header 4.' },
      { line: 3, code: 'row-invalid', detail: 'holdout: “perhaps” is neither true nor false.' },
      { line: 4, code: 'unknown-class', detail: 'The project has no class “ugly”; it has good, bad.' },
      { line: 6, code: 'row-invalid', detail: 'gold: “x” is neither true nor false.' },
    ]);
  });

  test('vectors come as columns v0 … in any order, or as one column of JSON', async () => {
    const columns = await readAll(await csv('v1,label,v0\n2,a,1\n4,b,three\n6,b,\n', vectorTarget));
    expect(columns.rows.map(({ row }) => row.vector)).toEqual([[1, 2]]);
    expect(columns.errors.map(({ line, detail }) => [line, detail])).toEqual([
      [3, 'v0: “three” is no finite number.'],
      [4, 'v0: “” is no finite number.'],
    ]);
    const json = await readAll(await csv('vector\n"[1, 2]"\n"[1, 2, 3]"\nnone\n', vectorTarget));
    expect(json.rows.map(({ row }) => row.vector)).toEqual([[1, 2]]);
    expect(json.errors.map(({ line, code }) => [line, code])).toEqual([
      [3, 'vector-invalid'],
      [4, 'row-invalid'],
    ]);
  });

  test('a matrix without a header is a row of numbers a line', async () => {
    const { rows, errors } = await readAll(await csv('\uFEFF1.5e0;-2\n3;4\n5;x\n', vectorTarget));
    expect(rows.map(({ line, row }) => [line, row.vector])).toEqual([
      [1, [1.5, -2]],
      [2, [3, 4]],
    ]);
    expect(errors).toMatchObject([{ line: 3, detail: 'v1: “x” is no finite number.' }]);
  });

  test('images come as base64 or as data: URLs', async () => {
    const png = await picture(4, 3).png().toBuffer();
    const base64 = png.toString('base64');
    const { rows } = await readAll(
      await csv(`image\n${base64}\n"data:image/png;base64,${base64}"\n`, imageTarget),
    );
    expect(rows).toHaveLength(2);
    for (const { image, row } of rows) {
      expect(Buffer.from(image!).equals(png)).toBe(true);
      expect(row).not.toHaveProperty('image');
    }
  });

  test.each<[string, string | Uint8Array, ImportTarget, string[]]>([
    ['unknown columns', 'text,author,when\na,b,c', textTarget, ['/columns/author', '/columns/when']],
    ['no column with the content', 'id,label\n1,good', textTarget, ['/columns/text']],
    ['the content of another type', 'id,image\n1,x', textTarget, ['/columns/image', '/columns/text']],
    ['a column twice', 'text,id,id\na,1,2', textTarget, ['/columns/id']],
    ['a gap in the numbers', 'v0,v2\n1,2', vectorTarget, ['/columns/v1']],
    ['numbers in a project of text', 'text,v0\na,1', textTarget, ['/columns/v0']],
    ['a vector in two ways', 'vector,v0\n[1],1', vectorTarget, ['/columns/vector']],
    ['no header', '', textTarget, ['/columns/text']],
  ])('%s: the columns are refused by name', async (_, content, target, pointers) => {
    const error = await refusal(await csv(content, target));
    expect(error.code).toBe('wrong-columns');
    expect(error.errors!.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  test('a file in Latin-1 is refused, wherever its first accent stands', async () => {
    const early = Buffer.concat([Buffer.from('text\ncaf'), Buffer.from([0xe9]), Buffer.from('\n')]);
    expect((await refusal(await csv(early))).message).toMatch(/not UTF-8/);
    const late = Buffer.concat([
      Buffer.from(`text\n${`${'plain '.repeat(100)}\n`.repeat(4000)}caf`),
      Buffer.from([0xe9, 0x0a]),
    ]);
    await expect(readAll(await csv(late))).rejects.toMatchObject({ code: 'malformed-body' });
  });

  test('a quote that is never closed ends the import with the line, not in silence', async () => {
    const reading = readAll(await csv('text\nfine\n"open\n'));
    await expect(reading).rejects.toMatchObject({ code: 'malformed-body' });
    await expect(reading).rejects.toThrow(/line 3/i);
  });

  test('a character that is cut by the end of a part of the file stays whole', async () => {
    const text = '漢'.repeat(300_000);
    const { rows } = await readAll(await csv(`text\nx${text}\n`));
    expect(rows[0]!.row.text).toBe(`x${text}`);
  });
});
