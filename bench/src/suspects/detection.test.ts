import { createRandom } from '@tangent/compute';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { averagePrecision, detectionAt, precisionsAt, rankingOf } from './detection.js';

test('precision and recall count the wrong among the highest scores, equals by index', () => {
  const isWrong = [true, false, true, false];
  expect(Array.from(rankingOf([1, 2, 2, 0]))).toEqual([1, 2, 0, 3]);
  expect(detectionAt([1, 2, 2, 0], isWrong, 2)).toEqual({ numFlagged: 2, precision: 0.5, recall: 0.5 });
  expect(detectionAt([1, 2, 2, 0], isWrong, 9)).toEqual({ numFlagged: 4, precision: 0.5, recall: 1 });
  expect(() => rankingOf([0, Number.NaN])).toThrow(/score of item 1 is NaN/);
});

test('the precision at a share of the wrong is that of flagging just so many', () => {
  const isWrong = [true, false, true, false];
  expect(precisionsAt([4, 3, 2, 1], isWrong, [0.1, 0.5, 0.6, 1])).toEqual([1, 1, 2 / 3, 2 / 3]);
  expect(() => precisionsAt([1], [false], [1])).toThrow(/0 wrong items/);
  expect(() => precisionsAt([1], [true], [0])).toThrow(RangeError);
});

test('average precision is 1 for a perfect ranking, and the mean precision at each recall otherwise', () => {
  expect(averagePrecision([4, 3, 2, 1], [true, true, false, false])).toBe(1);
  expect(averagePrecision([4, 3, 2, 1], [false, true, false, true])).toBeCloseTo((1 / 2 + 2 / 4) / 2, 12);
  expect(() => averagePrecision([1], [false])).toThrow(/no label is wrong/);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e6 }), (seed) => {
      const random = createRandom(seed);
      const scores = Array.from({ length: 30 }, () => random.uniform());
      const isWrong = scores.map((_, i) => i === 0 || random.uniform() < 0.3);
      const numWrong = isWrong.filter(Boolean).length;
      const steps = scores.map((_, i) => detectionAt(scores, isWrong, i + 1));
      const area = steps.reduce(
        (sum, { precision, recall }, i) => sum + precision * (recall - (steps[i - 1]?.recall ?? 0)),
        0,
      );
      expect(averagePrecision(scores, isWrong)).toBeCloseTo(area, 10);
      expect(numWrong).toBeGreaterThan(0);
    }),
  );
});
