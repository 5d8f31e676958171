import fc from 'fast-check';
import { expect, test } from 'vitest';
import { planShards } from './shard-plan.js';

test('the slices cover the pool once, in order, and only the last is short', () => {
  fc.assert(
    fc.property(fc.nat(3_000), fc.integer({ min: 1, max: 500 }), (numItems, shardSize) => {
      const shards = planShards(numItems, shardSize);
      let at = 0;
      for (const [i, { index, fromIndex, toIndex }] of shards.entries()) {
        expect(index).toBe(i);
        expect(fromIndex).toBe(at);
        expect(toIndex - fromIndex).toBe(i < shards.length - 1 ? shardSize : numItems - at);
        at = toIndex;
      }
      expect(at).toBe(numItems);
    }),
  );
});

test('an empty pool has no shards, and sizes that make no sense are refused', () => {
  expect(planShards(0)).toEqual([]);
  expect(() => planShards(1.5)).toThrow('numItems');
  expect(() => planShards(10, 0)).toThrow('shardSize');
});
