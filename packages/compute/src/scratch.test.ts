import { expect, test } from 'vitest';
import { Scratch } from './scratch.js';

test('a scratch gives the same memory again, and more of it where more is asked for', () => {
  const scratch = new Scratch(Float64Array);
  const first = scratch.take(4);
  first.fill(7);
  expect(scratch.take(3).buffer).toBe(first.buffer);
  expect(scratch.take(3)).toHaveLength(3);
  const larger = scratch.take(10);
  expect(larger).toHaveLength(10);
  expect(scratch.take(4).buffer).toBe(larger.buffer);
  expect(scratch.take(0)).toHaveLength(0);
});
