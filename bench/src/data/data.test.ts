import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataFolder } from './data-folder.js';
import { fitFeatures, shrinkImages, takeInputs } from './features.js';
import { loadSet } from './load-set.js';
import { decodeImages, type ImageShape } from './packed-images.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'tangent-data-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(set: string, files: Readonly<Record<string, unknown>>): void {
  mkdirSync(path.join(folder, set), { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    const bytes = name.endsWith('.gz') ? gzipSync(content as string | Uint8Array) : JSON.stringify(content);
    writeFileSync(path.join(folder, set, name), bytes);
  }
}

/** The encoder, as its description says: residual = pixel − prediction, in planes. */
function encode(
  pixels: Uint8Array,
  encoding: 'med' | 'med-subg',
  { height, width, channels }: ImageShape,
): Uint8Array {
  const plane = pixels.length / channels;
  const at = (c: number, i: number) => pixels[i * channels + c]!;
  const planeValue = (p: number, i: number) => {
    if (encoding === 'med') return at(p, i);
    return p === 0 ? at(1, i) : (at(p === 1 ? 0 : 2, i) - at(1, i) + 256) % 256;
  };
  return Uint8Array.from({ length: pixels.length }, (_, position) => {
    const p = Math.floor(position / plane);
    const i = position % plane;
    const [y, x] = [Math.floor(i / width) % height, i % width];
    const left = x > 0 ? planeValue(p, i - 1) : 0;
    const above = y > 0 ? planeValue(p, i - width) : 0;
    let prediction = y === 0 ? left : above;
    if (x > 0 && y > 0) {
      const corner = planeValue(p, i - width - 1);
      prediction =
        corner >= Math.max(left, above)
          ? Math.min(left, above)
          : corner <= Math.min(left, above)
            ? Math.max(left, above)
            : left + above - corner;
    }
    return planeValue(p, i) - prediction;
  });
}

describe('packed images', () => {
  it('come back as they were, in every encoding', () => {
    const sizes = fc.record({
      n: fc.integer({ min: 1, max: 3 }),
      height: fc.integer({ min: 1, max: 5 }),
      width: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(
        sizes,
        fc.constantFrom('med' as const, 'med-subg' as const),
        fc.infiniteStream(fc.nat(255)),
        (size, encoding, bytes) => {
          const shape = { height: size.height, width: size.width, channels: 3 };
          const pixels = Uint8Array.from(
            { length: size.n * size.height * size.width * 3 },
            () => bytes.next().value,
          );
          const packed = gzipSync(encode(pixels, encoding, shape));
          expect(decodeImages(packed, { encoding, n: size.n, shape })).toEqual(pixels);
        },
      ),
    );
  });

  it('are refused when they are other images than meta.json promises', () => {
    const shape = { height: 2, width: 2, channels: 1 };
    const packed = gzipSync(Uint8Array.of(1, 2, 3, 4));
    const options = { encoding: 'raw', n: 1, shape } as const;
    expect(() => decodeImages(packed, { ...options, sha256: 'beef' })).toThrow('instead of beef');
    expect(() => decodeImages(packed, { ...options, n: 2 })).toThrow('4 bytes do not make 2 images of 2×2×1');
  });
});

describe('data sets', () => {
  it('of images are read shard by shard', () => {
    const shards = [Uint8Array.of(0, 255), Uint8Array.of(10, 20), Uint8Array.of(7, 8)];
    const names = ['train_x_00.bin.gz', 'train_x_01.bin.gz', 'test_x.bin.gz'];
    write('mnist', {
      'meta.json': {
        name: 'mnist',
        classes: ['a', 'b'],
        shape: [1, 2],
        images: shards.map((shard, i) => ({
          file: names[i],
          n: 1,
          encoding: 'raw',
          sha256_decoded: createHash('sha256').update(shard).digest('hex'),
        })),
        labels: [{ file: 'train_y.bin.gz' }, { file: 'test_y.bin.gz' }],
      },
      ...Object.fromEntries(names.map((name, i) => [name, shards[i]])),
      'train_y.bin.gz': Uint8Array.of(1, 0),
      'test_y.bin.gz': Uint8Array.of(1),
    });
    const all = loadSet(folder, 'mnist');
    expect(all.train.inputs).toEqual({
      kind: 'images',
      pixels: Uint8Array.of(0, 255, 10, 20),
      height: 1,
      width: 2,
      channels: 1,
    });
    expect(all.train.classes).toEqual(Int32Array.of(1, 0));
    const first = loadSet(folder, 'mnist', { trainShards: 1 });
    expect(first.train.classes).toEqual(Int32Array.of(1));
    expect(first.test.classes).toEqual(Int32Array.of(1));
  });

  it('of texts keep the labels of the crowd beside the true ones', () => {
    const rows = [
      { text: 'Goal!', label: 'Sports', noisy_label: 'World' },
      { text: 'Stocks fall', label: 'World', noisy_label: null },
    ];
    const jsonl = rows.map((row) => JSON.stringify(row)).join('\n');
    write('ag_news', {
      'meta.json': {
        name: 'ag_news',
        classes: ['World', 'Sports'],
        files: [
          { file: 'train.jsonl.gz', n: 2 },
          { file: 'test.jsonl.gz', n: 2 },
        ],
      },
      'train.jsonl.gz': jsonl,
      'test.jsonl.gz': jsonl,
    });
    const { train } = loadSet(folder, 'ag_news');
    expect(train).toMatchObject({ classes: Int32Array.of(1, 0), noisyClasses: Int32Array.of(0, -1) });
  });

  it('of numbers keep their columns, and refuse rows that are missing', () => {
    const meta = (n: number) => ({
      name: 'letter',
      classes: ['A', 'B'],
      files: [
        { file: 'train.csv.gz', n },
        { file: 'test.csv.gz', n: 1 },
      ],
    });
    const files = { 'train.csv.gz': 'u,v,label\n1,2.5,B\n3,4,A\n', 'test.csv.gz': 'u,v,label\n5,6,A\n' };
    write('letter', { 'meta.json': meta(2), ...files });
    expect(loadSet(folder, 'letter').train).toEqual({
      inputs: { kind: 'numbers', values: Float32Array.of(1, 2.5, 3, 4), width: 2 },
      classes: Int32Array.of(1, 0),
    });
    write('letter', { 'meta.json': meta(3), ...files });
    expect(() => loadSet(folder, 'letter')).toThrow('2 rows instead of the 3 of meta.json');
  });

  it('are looked for where the environment says', () => {
    expect(dataFolder({ TANGENT_BENCH_DATA: folder })).toBe(folder);
    expect(() => dataFolder({ TANGENT_BENCH_DATA: path.join(folder, 'misspelt') })).toThrow('does not exist');
  });
});

describe('features', () => {
  it('are fitted on the pool alone', () => {
    const pool = { kind: 'numbers', values: Float32Array.of(0, 10, 2, 30), width: 2 } as const;
    const featurise = fitFeatures(pool);
    expect([...featurise(pool).x]).toEqual([-1, -1, 1, 1]);
    expect([...featurise({ ...pool, values: Float32Array.of(3, 20) }).x]).toEqual([2, 0]);
  });

  it('of smaller images are means of squares of pixels', () => {
    const image = {
      kind: 'images',
      pixels: Uint8Array.of(0, 4, 100, 100, 8, 12, 100, 100),
      height: 2,
      width: 4,
      channels: 1,
    } as const;
    expect(shrinkImages(image, 2)).toEqual({ ...image, pixels: Uint8Array.of(6, 100), height: 1, width: 2 });
    const two = { ...image, height: 1 };
    expect(takeInputs(two, [1]).kind === 'images' && takeInputs(two, [1])).toEqual({
      ...two,
      pixels: Uint8Array.of(8, 12, 100, 100),
    });
  });
});
