import { textConfig } from '@tangent/contracts';
import type { ItemContentRecord } from '@tangent/database';
import { expect, test } from 'vitest';
import type { InputContext } from './backbone.js';
import { type Featuriser, featurise, fitFeaturiser, inputShapeOf, meaningOf } from './featuriser.js';
import type { PixelLoader, PixelShape } from './pixel-loader.js';

const nothing = { signal: new AbortController().signal } as InputContext;
const items = ['the cat sat', 'the dogs sat down', 'a cat'].map(
  (text, i) => ({ id: `i${i}`, text }) as ItemContentRecord,
);
const fit = (text: { buckets: number; characters: [number, number] | null }) =>
  fitFeaturiser(
    nothing,
    {
      type: 'text',
      text: { ...text, longestPhrase: 1, components: null },
      imageSize: null,
      backbone: null,
      imported: null,
    },
    items,
  );

test('texts become vectors of as many numbers as there are buckets, the same from a stored featuriser', async () => {
  for (const characters of [null, [3, 5] as [number, number]]) {
    const { featuriser, x } = await fit({ buckets: 1024, characters });
    expect(x).toHaveLength(3 * 1024);
    const stored = JSON.parse(JSON.stringify(featuriser)) as Featuriser;
    expect(await featurise(nothing, stored, items)).toEqual(x);
  }
});

test('runs of characters make kin of words that share an ending', async () => {
  const [cat, dogs] = ['cats', 'dogs'].map((text) => ({ id: text, text }) as ItemContentRecord);
  const product = async (characters: [number, number] | null) => {
    const { featuriser } = await fit({ buckets: 4096, characters });
    const [a, b] = await Promise.all([cat!, dogs!].map((item) => featurise(nothing, featuriser, [item])));
    return a!.reduce((sum, value, i) => sum + value * b![i]!, 0);
  };
  expect(await product([1, 2])).toBeGreaterThan(await product(null));
});

test('inputs mean the same whatever their scale, and something else by another way of making them', async () => {
  const vectors = (mean: number, numInputs = 2): Featuriser => ({
    kind: 'vectors',
    numInputs,
    scale: { mean: [mean], deviation: [1] },
  });
  const backbone: Featuriser = {
    kind: 'backbone',
    networkId: 'net_1',
    blobKey: 'a',
    items: 'vectors',
    inputShape: [4],
    layout: null,
    output: 'z',
    inputScale: null,
    width: 2,
    scale: { mean: [0, 0], deviation: [1, 1] },
  };
  expect(meaningOf(vectors(1))).toBe(meaningOf(vectors(2)));
  const { featuriser: words } = await fit({ buckets: 1024, characters: null });
  const { featuriser: runs } = await fit({ buckets: 1024, characters: [3, 5] });
  const all = [
    vectors(1),
    vectors(1, 3),
    { kind: 'tokens', networkId: 'net_1', numInputs: 2, vocabulary: 9 } as const,
    backbone,
    { ...backbone, output: 'y' },
    { ...backbone, blobKey: 'b' },
    { ...backbone, inputScale: { mean: [0.5], deviation: [0.2] } },
    words,
    runs,
  ];
  expect(new Set(all.map(meaningOf)).size).toBe(all.length);
});

const text = textConfig.parse({});
const vectorOf = (id: string, vector: number[]) => ({ id, vector }) as unknown as ItemContentRecord;
const tokens = { networkId: 'net_1', inputShape: [3], vocabulary: 10 };

test('token ids stay as they are; what the network does not look up is refused by item and place', async () => {
  const settings = { type: 'vector', text, imageSize: null, backbone: null, imported: tokens } as const;
  const { featuriser, x } = await fitFeaturiser(nothing, settings, [vectorOf('a', [1, 9, 0])]);
  expect([...x]).toEqual([1, 9, 0]);
  const stored = JSON.parse(JSON.stringify(featuriser)) as Featuriser;
  expect([...(await featurise(nothing, stored, [vectorOf('b', [0, 2, 7])]))]).toEqual([0, 2, 7]);
  for (const bad of [10, -1, 0.5])
    await expect(
      featurise(nothing, stored, [vectorOf('b', [0, 2, 7]), vectorOf('c', [0, bad, 7])]),
    ).rejects.toMatchObject({
      code: 'model-unfit',
      message: expect.stringMatching(
        new RegExp(`item c has ${bad} at place 1, and the network net_1 looks up .* 0 to 9; import vectors`),
      ),
    });
  await expect(fitFeaturiser(nothing, { ...settings, type: 'text' }, items)).rejects.toMatchObject({
    code: 'model-unfit',
    message: expect.stringContaining('the project holds texts; import vectors of such ids'),
  });
});

test('the size of images is that of an imported network, else the one that is set, else their own', async () => {
  const asked: PixelShape[] = [];
  const pixels: PixelLoader = {
    load: async (of, shape) => {
      asked.push(shape);
      return Float32Array.from(
        { length: of.length * shape.width * shape.height * shape.channels },
        (_, i) => i,
      );
    },
  };
  const media = { width: 8, height: 8, channels: 1 };
  const image = { id: 'a', media } as unknown as ItemContentRecord;
  const shapeFor = async (inputShape: readonly number[] | null, imageSize: number | null = null) => {
    const imported = inputShape && { networkId: 'net_1', inputShape, vocabulary: null };
    const settings = { type: 'image', text, imageSize, backbone: null, imported } as const;
    const { featuriser } = await fitFeaturiser({ ...nothing, pixels }, settings, [image]);
    return inputShapeOf(featuriser);
  };
  expect(await shapeFor([96, 80, 3])).toEqual([96, 80, 3]);
  expect(asked).toEqual([{ height: 96, width: 80, channels: 3 }]);
  expect(await shapeFor([96, 80, 3], 50)).toEqual([96, 80, 3]);
  expect(await shapeFor(null)).toEqual([8, 8, 1]);
  expect(await shapeFor(null, 128)).toEqual([128, 128, 1]);
  // One that reads vectors takes the images as they are.
  expect(await shapeFor([64])).toEqual([8, 8, 1]);
  await expect(shapeFor([8, 8, 2])).rejects.toThrow('net_1 reads [8,8,2], and images have 1 or 3 channels');
  await expect(shapeFor([224, 224, 3])).rejects.toThrow(
    '150528 numbers an image, of which 65536 are the most',
  );
});
