import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fairShare } from './fair-share.js';

/** What people get who come one after the other, each as much as there is of a fair share, and give nothing back. */
function taken(numPlaces: number, numPeople: number): number[] {
  let numFree = numPlaces;
  return Array.from({ length: numPeople }, (_, numOthers) => {
    const got = Math.min(numFree, fairShare({ numPlaces, numOthers }));
    numFree -= got;
    return got;
  });
}

test('one alone leaves half of a small pool, and a second half of what is left', () => {
  expect(taken(12, 4)).toEqual([6, 3, 2, 1]);
  expect(taken(3, 2)).toEqual([2, 1]);
  expect(taken(1, 1)).toEqual([1]);
});

test('a second finds something where three places are open, a third where five are, a fourth where twelve are', () => {
  fc.assert(
    fc.property(fc.integer({ min: 3, max: 10_000 }), (numPlaces) => {
      expect(taken(numPlaces, 2)[1]).toBeGreaterThan(0);
      if (numPlaces >= 5) expect(taken(numPlaces, 3)[2]).toBeGreaterThan(0);
      if (numPlaces >= 12) expect(taken(numPlaces, 4)[3]).toBeGreaterThan(0);
    }),
  );
});
