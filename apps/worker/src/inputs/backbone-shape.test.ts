import { expect, test } from 'vitest';
import { backboneInputShape } from './backbone-shape.js';

const networkId = 'net_1';
const image = { type: 'image', natural: [28, 28, 1] } as const;
const free = { networkId, inputShape: null, layout: null };

test.each([
  ['channels first', [3, 224, 224], null, [224, 224, 3]],
  ['channels last', [224, 224, 3], null, [224, 224, 3]],
  ['three rows, and told that channels come last', [3, 224, 1], 'nhwc', [3, 224, 1]],
  ['open extents, which the items fill', [null, null, null], null, [28, 28, 1]],
  ['open height and width', [3, null, null], null, [28, 28, 3]],
  ['open height and width, channels last', [null, null, 3], null, [28, 28, 3]],
] as const)('images take the shape of a file with %s', (_, declared, layout, expected) => {
  expect(backboneInputShape({ ...image, config: { ...free, layout }, declared })).toEqual(expected);
});

test('a shape that was set goes before that of the file', () => {
  const config = { ...free, inputShape: [96, 64, 3] as [number, number, number] };
  expect(backboneInputShape({ ...image, config, declared: [3, 224, 224] })).toEqual([96, 64, 3]);
});

test('vectors are read as they are, or as the images that they fill', () => {
  const vector = { type: 'vector', natural: [16] } as const;
  expect(backboneInputShape({ ...vector, config: free, declared: [16] })).toEqual([16]);
  expect(backboneInputShape({ ...vector, config: free, declared: [1, 4, 4] })).toEqual([4, 4, 1]);
  expect(backboneInputShape({ ...vector, config: free, declared: [null, 4, 4] })).toEqual([16]);
  const config = { ...free, inputShape: [5, 3, 1] as [number, number, number] };
  expect(() => backboneInputShape({ ...vector, config, declared: [1, 5, 3] })).toThrow(
    /net_1 reads \[5,3,1\], and the items are vectors of 16 numbers/,
  );
});

test('what cannot be fed is said with the way out', () => {
  expect(() => backboneInputShape({ type: 'text', natural: [], config: free, declared: [16] })).toThrow(
    /net_1 .* holds texts; set settings\.backbone to null/,
  );
  expect(() => backboneInputShape({ ...image, config: free, declared: [4, 32, 32] })).toThrow(
    /reads \[32,32,4\], and images have 1 or 3 channels/,
  );
});
