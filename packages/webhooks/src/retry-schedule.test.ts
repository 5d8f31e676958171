import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nextDelayMs, retryDelaysMs } from './retry-schedule.js';

const dayMs = 24 * 3_600_000;

test('attempts spread over days, each wait the longer, and then end', () => {
  const total = retryDelaysMs.reduce((sum, delay) => sum + delay, 0);
  expect(total / dayMs).toBeGreaterThan(3);
  expect(total / dayMs).toBeLessThan(4);
  expect(retryDelaysMs.toSorted((a, b) => a - b)).toEqual(retryDelaysMs);
  expect(nextDelayMs(retryDelaysMs.length, 0.5)).toBeNull();
});

test('jitter stays within a fifth, and a receiver may ask for up to a day', () => {
  fc.assert(
    fc.property(
      fc.nat(retryDelaysMs.length - 1),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.nat(10 * dayMs),
      (step, random, retryAfterMs) => {
        const plain = nextDelayMs(step, random)!;
        expect(Math.abs(plain / retryDelaysMs[step]! - 1)).toBeLessThanOrEqual(0.2001);
        const asked = nextDelayMs(step, random, retryAfterMs)!;
        expect(asked).toBe(Math.max(plain, Math.min(retryAfterMs, dayMs)));
      },
    ),
  );
});
