import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { spearman, topOverlap } from './agreement.js';

describe('agreement of ranks', () => {
  it('is 1 under any rising function, and −1 under any falling one', () => {
    const values = fc.uniqueArray(fc.integer({ min: -1000, max: 1000 }), { minLength: 2, maxLength: 30 });
    fc.assert(
      fc.property(values, (some) => {
        expect(
          spearman(
            some,
            some.map((v) => v ** 3),
          ),
        ).toBeCloseTo(1, 9);
        expect(
          spearman(
            some,
            some.map((v) => -v),
          ),
        ).toBeCloseTo(-1, 9);
        expect(
          topOverlap(
            some,
            some.map((v) => 2 * v + 1),
            3,
          ),
        ).toBe(Math.min(3, some.length));
      }),
    );
  });

  it('is that of a worked example, and shares ranks among equals', () => {
    // ρ = 1 − 6 Σd²/(n(n² − 1)) with d = 0, 1, −1, 0, 0.
    expect(spearman([1, 2, 3, 4, 5], [1, 3, 2, 4, 5])).toBeCloseTo(0.9, 12);
    expect(spearman([1, 1, 2], [3, 3, 5])).toBeCloseTo(1, 12);
    expect(topOverlap([9, 8, 1, 2], [9, 1, 8, 2], 2)).toBe(1);
    expect(() => spearman([1], [1])).toThrow(RangeError);
  });
});
