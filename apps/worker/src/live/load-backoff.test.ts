import { expect, test } from 'vitest';
import { LoadBackoff, retryLoadMs } from './load-backoff.js';

/** When a round is tried, of looks once a second over an hour that all fail, in seconds. */
function triesOver(backoff: LoadBackoff, roundId: string, { from = 0 } = {}): number[] {
  const tries: number[] = [];
  for (let second = from; second < from + 3600; second++) {
    if (!backoff.mayTry(roundId, 1000 * second)) continue;
    expect(backoff.noteFailure(roundId, 1000 * second)).toBe(tries.length === 0);
    tries.push(second);
  }
  return tries;
}

test('a round that cannot be loaded is tried at once, then twice as late each time, at last every five minutes', () => {
  const tries = triesOver(new LoadBackoff(), 'one');
  const waits = tries.slice(1).map((at, i) => at - tries[i]!);
  expect(waits.slice(0, 9)).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300]);
  expect(new Set(waits.slice(8))).toEqual(new Set([retryLoadMs.longest / 1000]));
});

test('another round is tried at once, and one that was loaded again begins anew', () => {
  const backoff = new LoadBackoff();
  triesOver(backoff, 'one');
  expect(backoff.mayTry('one', 3_600_000)).toBe(false);
  expect(backoff.mayTry('two', 3_600_000)).toBe(true);
  expect(triesOver(backoff, 'two', { from: 3600 }).slice(0, 3)).toEqual([3600, 3602, 3606]);
  backoff.noteSuccess();
  expect(triesOver(backoff, 'two', { from: 7200 }).slice(0, 3)).toEqual([7200, 7202, 7206]);
});
