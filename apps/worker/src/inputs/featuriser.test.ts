import type { ItemContentRecord } from '@tangent/database';
import { expect, test } from 'vitest';
import type { InputContext } from './backbone.js';
import { type Featuriser, featurise, fitFeaturiser, meaningOf } from './featuriser.js';

const nothing = { signal: new AbortController().signal } as InputContext;
const items = ['the cat sat', 'the dogs sat down', 'a cat'].map(
  (text, i) => ({ id: `i${i}`, text }) as ItemContentRecord,
);
const fit = (text: { buckets: number; characters: [number, number] | null }) =>
  fitFeaturiser(
    nothing,
    { type: 'text', text: { ...text, longestPhrase: 1, components: null }, backbone: null },
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
    backbone,
    { ...backbone, output: 'y' },
    { ...backbone, blobKey: 'b' },
    { ...backbone, inputScale: { mean: [0.5], deviation: [0.2] } },
    words,
    runs,
  ];
  expect(new Set(all.map(meaningOf)).size).toBe(all.length);
});
