import { expect, test } from 'vitest';
import { createRandom } from './random.js';
import { softmaxRows, softmaxRows32 } from './softmax.js';
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

test('in float32 it is the same to their rounding, also far from zero', () => {
  const random = createRandom(2);
  const outputs = Float64Array.from(
    { length: 300 },
    (_, at) => 3 * random.normal() + 1e4 * Math.floor(at / 10),
  );
  for (const temperature of [0.5, 2])
    expectClose(softmaxRows32(outputs, 10, temperature), softmaxRows(outputs, 10, temperature), {
      rtol: 1e-6,
      atol: 1e-30,
    });
  // Further apart than the table of powers reaches, and than numbers do.
  for (const apart of [700, 1e5])
    expect([...softmaxRows32([0, apart, 0, 0, -apart, 0], 2)]).toEqual([0, 1, 0.5, 0.5, 0, 1]);
  expect(softmaxRows32([], 3)).toHaveLength(0);
  expect(() => softmaxRows32([0, 1, Number.NaN, 0], 2)).toThrow(/output 0 of row 1 is NaN/);
  expect(() => softmaxRows32([0], 1, 0)).toThrow(/temperature 0 must be positive/);
});
