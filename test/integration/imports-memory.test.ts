import { execFile } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ZipFile } from 'yazl';

// However large a file is, reading it takes the same memory: each is twice what the heap may be.

const mib = 1024 * 1024;
const fileBytes = 96 * mib;
/** Of the heap, by Node; more, and the process would end. */
const heapMiB = 48;
/** What the large file may take beyond the small one: buffers, and what the collector has not come to yet. */
const slackBytes = 40 * mib;
const numSmall = 50;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'tangent-imports-memory-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const long = 'lorem ipsum dolor sit amet '.repeat(150);
const lengthOf = (sample: string) => Math.ceil(fileBytes / Buffer.byteLength(sample));

/** How a text file of a format begins, goes on and ends. */
const texts = {
  csv: { head: 'id,text,label\n', row: (i: number) => `${i},"${long}${i}",a\n`, tail: '' },
  'label-studio': {
    head: '[',
    row: (i: number) =>
      `${i === 0 ? '' : ',\n'}${JSON.stringify({
        id: i,
        data: { text: `${long}${i}` },
        annotations: [
          { id: i, result: [{ type: 'choices', from_name: 'l', to_name: 't', value: { choices: ['a'] } }] },
        ],
      })}`,
    tail: ']',
  },
  doccano: {
    head: '',
    row: (i: number) => `${JSON.stringify({ id: i, text: `${long}${i}`, label: ['b'] })}\n`,
    tail: '',
  },
} as const;

async function writeText(name: string, format: keyof typeof texts, numRows: number): Promise<string> {
  const { head, row, tail } = texts[format];
  const file = path.join(folder, name);
  function* parts() {
    yield head;
    for (let i = 0; i < numRows; i++) yield row(i);
    yield tail;
  }
  await pipeline(Readable.from(parts()), createWriteStream(file));
  return file;
}

async function writeArchive(name: string, picture: Buffer, numPictures: number): Promise<string> {
  const file = path.join(folder, name);
  const archive = new ZipFile();
  for (let i = 0; i < numPictures; i++) archive.addBuffer(picture, `a/${i}.png`, { compress: false });
  archive.end();
  await pipeline(archive.outputStream, createWriteStream(file));
  return file;
}

async function read(small: string, large: string, format: string, type: string) {
  expect((await stat(large)).size).toBeGreaterThanOrEqual(fileBytes);
  const script = fileURLToPath(new URL('./support/read-import.mjs', import.meta.url));
  const args = [`--max-old-space-size=${heapMiB}`, script, small, large, format, type];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  await rm(large);
  return JSON.parse(stdout) as { numRows: number; raisedBytes: number };
}

test.for(['csv', 'label-studio', 'doccano'] as const)(
  'a %s file of any size takes the same memory',
  async (format) => {
    const numRows = lengthOf(texts[format].row(1));
    const small = await writeText(`small.${format}`, format, numSmall);
    const large = await writeText(`large.${format}`, format, numRows);
    const found = await read(small, large, format, 'text');
    expect(found.numRows).toBe(numRows);
    expect(found.raisedBytes).toBeLessThan(slackBytes);
  },
);

test('an archive of images of any size takes the same memory', async () => {
  const side = 256;
  const noise = Uint8Array.from(
    { length: side * side * 3 },
    (_, i) => Math.imul(i + 1, 2_654_435_761) >>> 24,
  );
  const picture = await sharp(noise, { raw: { width: side, height: side, channels: 3 } })
    .png({ compressionLevel: 0 })
    .toBuffer();
  const numPictures = Math.ceil(fileBytes / picture.length);
  const small = await writeArchive('small.zip', picture, numSmall);
  const large = await writeArchive('large.zip', picture, numPictures);
  const found = await read(small, large, 'zip', 'image');
  expect(found.numRows).toBe(numPictures);
  expect(found.raisedBytes).toBeLessThan(slackBytes);
});
