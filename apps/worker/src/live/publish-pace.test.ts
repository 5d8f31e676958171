import { expect, test } from 'vitest';
import { PublishPace } from './publish-pace.js';

test('publishing takes a quarter of the time at most, and nothing waits after a quiet time', () => {
  const pace = new PublishPace();
  expect(pace.waitMs(0)).toBe(0);
  let spent = 0;
  let now = 0;
  for (const cost of [10, 40, 400, 5, 20, 90]) {
    now += pace.waitMs(now);
    pace.notePublished({ from: now, to: now + cost });
    spent += cost;
    now += cost;
  }
  now += pace.waitMs(now);
  expect(spent / now).toBeCloseTo(0.25, 10);
  expect(pace.waitMs(now + 1)).toBe(0);
});
