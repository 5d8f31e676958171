import { expect, test } from 'vitest';
import { numCommon, sharedItems } from './overlap';

test('batches are compared by their items, in whatever order', () => {
  expect(numCommon(['a', 'b', 'c'], ['c', 'd', 'a'])).toBe(2);
  expect(numCommon([], ['a'])).toBe(0);
  expect([
    ...sharedItems([
      ['a', 'b'],
      ['b', 'c'],
      ['b', 'a'],
    ]),
  ]).toEqual([
    ['a', 2],
    ['b', 3],
  ]);
});
