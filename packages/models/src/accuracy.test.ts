import { expectClose } from '@tangent/compute/testing';
import { describe, expect, it } from 'vitest';
import { accuracyOf, countCorrect } from './accuracy.js';

describe('accuracy', () => {
  it('counts rows whose largest output is at the true class', () => {
    const outputs = Float32Array.of(0.1, 0.9, 0.8, 0.2, 0.5, 0.5);
    expect(countCorrect(outputs, Int32Array.of(1, 1, 0), 2)).toBe(2);
    expect(countCorrect(new Float32Array(), new Int32Array(), 2)).toBe(0);
  });

  it('has the Wilson interval of the books', () => {
    // Newcombe 1998, table I, method 3: 81 of 263, and 0 of 20.
    expectClose(accuracyOf(81, 263).interval, [0.2553, 0.3662], { rtol: 0, atol: 5e-5 });
    expectClose(accuracyOf(0, 20).interval, [0, 0.1611], { rtol: 0, atol: 5e-5 });
    expectClose(accuracyOf(20, 20).interval, [0.8389, 1], { rtol: 0, atol: 5e-5 });
  });

  it('of nothing does not exist', () => {
    expect(() => accuracyOf(0, 0)).toThrow('0 of 0 is no share');
    expect(() => accuracyOf(5, 4)).toThrow(RangeError);
  });
});
