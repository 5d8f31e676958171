import { expect, test } from 'vitest';
import { wilsonInterval } from './wilson.js';

test('the interval holds the share, stays within 0 and 1, and shrinks with more trials', () => {
  const [lo, hi] = wilsonInterval(400, 500);
  expect(lo).toBeLessThan(0.8);
  expect(hi).toBeGreaterThan(0.8);
  const [loMore, hiMore] = wilsonInterval(4000, 5000);
  expect(hiMore - loMore).toBeLessThan(hi - lo);
  expect(wilsonInterval(0, 10)[0]).toBe(0);
  expect(wilsonInterval(10, 10)[1]).toBe(1);
});

test('a known value: 95 of 100 lies in [0.8882, 0.9785]', () => {
  const [lo, hi] = wilsonInterval(95, 100);
  expect(lo).toBeCloseTo(0.8882, 4);
  expect(hi).toBeCloseTo(0.9785, 4);
});

test('nothing tried has no interval', () => {
  expect(() => wilsonInterval(0, 0)).toThrow(RangeError);
});
