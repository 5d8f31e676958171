import { expect, test } from 'vitest';
import { createRandom } from './random.js';
import { softmaxRows } from './softmax.js';
import { expectClose } from './testing/expect-close.js';

test('the softmax does not overflow, does not care for a shift, and names what is not finite', () => {
  const random = createRandom(1);
  const outputs = Float64Array.from({ length: 12 }, () => 3 * random.normal());
  const shifted = outputs.map((v, at) => v + 1000 * Math.floor(at / 4));
  expectClose(softmaxRows(shifted, 4, 0.5), softmaxRows(outputs, 4, 0.5), { rtol: 1e-9, atol: 0 });
  const naive = outputs.map((v) => Math.exp(v / 2));
  const sum = naive.subarray(0, 4).reduce((a, b) => a + b, 0);
  expectClose(
    softmaxRows(outputs, 4, 2).subarray(0, 4),
    naive.subarray(0, 4).map((v) => v / sum),
    { rtol: 1e-12, atol: 0 },
  );
  expect(() => softmaxRows([0, 1, Number.NaN, 0], 2)).toThrow(/output 0 of row 1 is NaN/);
  expect(() => softmaxRows([0], 1, 0)).toThrow(/temperature 0 must be positive/);
});
