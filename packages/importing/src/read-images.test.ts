import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { treeLimits } from './file-tree.js';
import { imageTarget, picture, readAll, refusal, textTarget, useFolder } from './testing/files.js';
import { listEntries, readEntries, zipLimits } from './zip-archive.js';

const folder = useFolder();
const zipOf = (path: string, target = imageTarget) => ({ path, format: 'zip' as const, target });
const zip = async (...entries: Parameters<typeof folder.zip>) => zipOf(await folder.zip(...entries));
let png: Buffer;
beforeAll(async () => {
  png = await picture(5, 5).png().toBuffer();
});

describe('a ZIP of images', () => {
  test('folders say class and holdout; what lies at the top or under unlabeled/ has no label', async () => {
    const source = await zip({
      'top.PNG': png,
      'unlabeled/a.png': png,
      'cat/b.jpg': png,
      'cat/2024/漢字.webp': png,
      'holdout/dog/c.png': png,
      '__MACOSX/cat/._b.jpg': 'junk',
      'cat/._b.jpg': 'junk',
      'cat/.DS_Store': 'junk',
    });
    const { rows, errors } = await readAll(source);
    expect(errors).toEqual([]);
    expect(rows.map(({ row: { id, label, holdout } }) => [id, label, holdout])).toEqual([
      ['cat/2024/漢字.webp', 'cat', undefined],
      ['cat/b.jpg', 'cat', undefined],
      ['holdout/dog/c.png', 'dog', true],
      ['top.PNG', undefined, undefined],
      ['unlabeled/a.png', undefined, undefined],
    ]);
    for (const { image } of rows) expect(Buffer.from(image!).equals(png)).toBe(true);
  });

  test('an unknown class, a holdout without one, an archive within and other files are told by name', async () => {
    const source = await zip({
      'bird/a.png': png,
      'holdout/b.png': png,
      'cat/c.zip': 'PK',
      'notes.txt': 'x',
    });
    const { rows, errors } = await readAll(source);
    expect(rows).toEqual([]);
    expect(errors.map(({ file, code }) => [file, code])).toEqual([
      ['bird/a.png', 'unknown-class'],
      ['holdout/b.png', 'holdout-unlabeled'],
      ['cat/c.zip', 'unsupported-format'],
      ['notes.txt', 'unsupported-format'],
    ]);
    expect(errors[0]!.detail).toBe('The project has no class “bird”; it has cat, dog.');
  });

  const metadata = {
    'metadata.jsonl': [
      '{"file_name":"x/a.png","id":"first","label":"dog","data":{"camera":2}}',
      '{"file_name":"x/b.png","label":"cat","holdout":true}',
      '{"file_name":"x/gone.png"}',
      '{"file_name":"x/a.png"}',
      '{"label":"cat"}',
      'not json',
      '{"file_name":"x/c.png","text":"a caption"}',
    ].join('\n'),
    'metadata.csv':
      '\uFEFFfile_name,id,label,holdout,data.camera\nx/a.png,first,dog,,2\nx/b.png,,cat,true,\nx/gone.png,,,,\nx/a.png,,,,\n,,cat,,\nshort\n',
  };
  test.each(['metadata.jsonl', 'metadata.csv'] as const)('%s alone says what each image is', async (name) => {
    const source = await zip({
      'x/a.png': png,
      'x/b.png': png,
      'x/c.png': png,
      'x/d.png': png,
      [name]: metadata[name],
    });
    const { rows, errors } = await readAll(source);
    expect(rows.map(({ row: { id, label, holdout } }) => [id, label, holdout])).toEqual([
      ['first', 'dog', undefined],
      ['x/b.png', 'cat', true],
    ]);
    expect(Number(rows[0]!.row.data.camera)).toBe(2);
    expect(errors.map(({ file, line, code }) => [file, line, code])).toEqual([
      [name, 4 + Number(name === 'metadata.csv'), 'row-invalid'],
      [name, 5 + Number(name === 'metadata.csv'), 'row-invalid'],
      [name, 6 + Number(name === 'metadata.csv'), name === 'metadata.csv' ? 'row-invalid' : 'json-invalid'],
      ['x/c.png', undefined, name === 'metadata.csv' ? 'metadata-missing' : 'unknown-field'],
      ['x/d.png', undefined, 'metadata-missing'],
      [name, 3 + Number(name === 'metadata.csv'), 'file-missing'],
    ]);
  });

  test('data sets of Hugging Face: splits, each with its own metadata, in the folder that was zipped', async () => {
    const source = await zip({
      'pets/README.md': '# Pets',
      'pets/train/metadata.jsonl': '{"file_name":"a.png","label":"dog"}\n{"file_name":"more/b.png"}\n',
      'pets/train/a.png': png,
      'pets/train/more/b.png': png,
      'pets/test/metadata.csv': 'file_name,label\na.png,cat\n',
      'pets/test/a.png': png,
      'pets/validation/dog/c.png': png,
    });
    const { rows, errors } = await readAll(source);
    expect(rows.map(({ row: { id, label, holdout } }) => [id, label, holdout])).toEqual([
      ['pets/test/a.png', 'cat', true],
      ['pets/train/a.png', 'dog', false],
      ['pets/train/more/b.png', undefined, false],
      ['pets/validation/dog/c.png', 'dog', true],
    ]);
    expect(errors).toMatchObject([{ file: 'pets/README.md', code: 'unsupported-format' }]);
  });

  test('metadata without file_name is refused before anything is read', async () => {
    const jsonl = await refusal(await zip({ 'a.png': png, 'metadata.jsonl': '{"name":"a.png"}' }));
    expect([jsonl.code, jsonl.message]).toEqual(['wrong-columns', expect.stringContaining('file_name')]);
    const csv = await refusal(await zip({ 'a.png': png, 'metadata.csv': 'name,label\na.png,cat\n' }));
    expect(csv.errors!.map(({ pointer }) => pointer)).toEqual(['/columns/name', '/columns/file_name']);
  });

  test.each([
    ['rows', (i: number) => `{"file_name":"${i}.png"}`],
    ['errors', () => '{}'],
  ])('metadata of more %s than there may be files is refused', async (_, lineOf) => {
    const lines = Array.from({ length: zipLimits.numEntries + 1 }, (_, i) => lineOf(i)).join('\n');
    const tooMany = await zip({ 'a.png': png, 'metadata.jsonl': lines });
    expect(await refusal(tooMany)).toMatchObject({
      code: 'payload-too-large',
      message: expect.stringContaining(String(zipLimits.numEntries)),
    });
  });

  test('an image that is corrupt within its archive is one error; the others are read', async () => {
    const path = await folder.zip({ 'cat/a.png': png, 'cat/b.png': Buffer.alloc(5000, 'text') });
    const bytes = await readFile(path);
    const at = bytes.indexOf('cat/b.png') + 'cat/b.png'.length;
    bytes.fill(0xff, at, at + 8); // of the compressed data
    const { rows, errors } = await readAll(zipOf(await folder.write(bytes)));
    expect(rows.map(({ file }) => file)).toEqual(['cat/a.png']);
    expect(errors).toMatchObject([{ file: 'cat/b.png', code: 'entry-corrupt' }]);
  });
});

describe('an archive that is not safe, or is none', () => {
  test('a bomb that declares itself is refused without being unpacked', async () => {
    const zeros = Buffer.alloc(60 * 1024 * 1024);
    const error = await refusal(await zip({ 'cat/bomb.png': zeros }));
    expect([error.code, error.message]).toEqual([
      'archive-unsafe',
      expect.stringContaining('more than 200 to 1'),
    ]);
    const large = await refusal(await zip({ 'cat/large.png': Buffer.alloc(treeLimits.fileBytes + 1) }));
    expect(large.message).toMatch(/“cat\/large.png” unpacks to 67108865 bytes, 67108864 are allowed/);
  });

  test('a bomb of many small parts is refused', async () => {
    const part = Buffer.alloc(900 * 1024);
    const parts = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`cat/${i}.png`, part]));
    expect((await refusal(await zip(parts))).message).toMatch(/archive is compressed more than 200 to 1/);
  });

  test('a bomb that lies about its size is stopped where it exceeds what it declared', async () => {
    const real = 60 * 1024 * 1024;
    const declared = 1000;
    const bytes = await readFile(await folder.zip({ 'cat/lie.png': Buffer.alloc(real) }));
    let numPatched = 0;
    const size = Buffer.alloc(4);
    size.writeUInt32LE(real);
    for (let at = bytes.indexOf(size); at >= 0; at = bytes.indexOf(size, at + 4)) {
      bytes.writeUInt32LE(declared, at);
      numPatched++;
    }
    expect(numPatched).toBeGreaterThan(0);
    const path = await folder.write(bytes);
    await expect(refusal(zipOf(path))).rejects.toThrow('the file was accepted');
    const before = process.memoryUsage().arrayBuffers;
    const { rows, errors } = await readAll(zipOf(path));
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 1024 * 1024);
    expect(rows).toEqual([]);
    expect(errors).toMatchObject([{ file: 'cat/lie.png', code: 'entry-corrupt' }]);
  });

  test.each(['../out.png', 'cat/../../out.png', '/etc/out.png', 'C:/out.png'])(
    'the name %s, which leads out, is refused',
    async (name) => {
      // The writer refuses such a name too, so it is put in afterwards.
      const harmless = 'x'.repeat(name.length);
      const bytes = await readFile(await folder.zip({ [harmless]: png }));
      for (let at = bytes.indexOf(harmless); at >= 0; at = bytes.indexOf(harmless)) bytes.write(name, at);
      const error = await refusal(zipOf(await folder.write(bytes)));
      expect([error.code, error.message]).toEqual(['archive-unsafe', expect.stringContaining('leads out')]);
    },
  );

  test('a symbolic link is refused', async () => {
    const error = await refusal(await zip({ 'cat/link.png': '/etc/passwd' }, { mode: 0o120777 }));
    expect([error.code, error.message]).toEqual(['archive-unsafe', expect.stringContaining('symbolic link')]);
  });

  test('an encrypted entry is refused', async () => {
    const bytes = await readFile(await folder.zip({ 'cat/a.png': png }));
    const central = bytes.indexOf(Buffer.from('504b0102', 'hex'));
    bytes[central + 8]! |= 1;
    expect((await refusal(zipOf(await folder.write(bytes)))).message).toMatch(/is encrypted/);
  });

  test('an archive that was cut off, and a file that is none, are told apart from unsafe ones', async () => {
    const bytes = await readFile(await folder.zip({ 'cat/a.png': png }));
    for (const content of [bytes.subarray(0, bytes.length - 30), Buffer.from('no archive'), Buffer.alloc(0)])
      expect((await refusal(zipOf(await folder.write(content)))).code).toBe('archive-corrupt');
  });

  test('an archive without images, and one for a project of text, are refused', async () => {
    expect((await refusal(await zip({ 'a.txt': 'x' }))).code).toBe('unsupported-format');
    const { path } = await zip({ 'a.png': png });
    expect((await refusal(zipOf(path, textTarget))).code).toBe('unsupported-format');
  });

  test('entries are read one at a time', async () => {
    const { path } = await zip({ 'b.png': png, 'a.png': 'second' });
    const names: string[] = [];
    for await (const { entry, bytes } of readEntries(path, await listEntries(path)))
      names.push(`${entry.fileName} ${(bytes as Buffer).length}`);
    expect(names).toEqual(['a.png 6', `b.png ${png.length}`]);
  });
});
