import { expectClose } from '@tangent/compute/testing';
import { unhindered } from '@tangent/compute/testing/unhindered';
import { expect, test } from 'vitest';
import { showLive } from './show-live.js';

const show = (mean: readonly number[], predicted: Int32Array) =>
  showLive(
    { mean: Float64Array.from(mean), predicted, numClasses: 2, temperature: 0.5, loss: 'squared' },
    unhindered,
  );

test('probabilities are of the means, and a flip is counted once', () => {
  const predicted = Int32Array.of(0, 0, 1);
  const first = show([0.5, 0, 0.1, 0.4, 0.3, 0.3], predicted);
  const e = Math.E;
  expectClose(first.probabilities.subarray(0, 2), [e / (e + 1), 1 / (e + 1)], { rtol: 1e-6, atol: 0 });
  // Equal ones leave what stood.
  expect(first.numFlips).toBe(1);
  expect([...predicted]).toEqual([0, 1, 1]);
  expect(show([0.5, 0, 0.1, 0.4, 0.3, 0.3], predicted).numFlips).toBe(0);
  expect(show([0, 0.5, 0.1, 0.4, 0.4, 0.3], predicted).numFlips).toBe(2);
});

test('means that are no numbers are refused', () => {
  for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => show([0.5, bad], new Int32Array(1))).toThrow(/not all finite numbers; start a new round/);
});
