import { expect, it } from 'vitest';
import { LeasePace } from './lease-pace';

/** A clock that is set by hand. */
function clock() {
  let nowMs = 0;
  return { now: () => nowMs, pass: (ms: number) => (nowMs += ms) };
}

it('keeps one item for who has not answered yet, and more the quicker she is and the slower the server', () => {
  const { now, pass } = clock();
  const pace = new LeasePace(now);
  expect(pace.numKept).toBe(1);
  for (let n = 0; n < 20; n += 1) {
    pass(500);
    pace.noteTaken();
    pace.noteTrip(500);
  }
  // Two trips of about 500 ms are two of her answers.
  expect(pace.numKept).toBe(3);
  pass(60_000);
  expect(pace.numKept).toBe(1);
});

it('learns at once that the server is slow, and forgets it slowly', () => {
  const { now, pass } = clock();
  const pace = new LeasePace(now);
  for (let n = 0; n < 20; n += 1) {
    pass(100);
    pace.noteTaken();
  }
  pace.noteTrip(1000);
  const slow = pace.numKept;
  expect(slow).toBe(11);
  pace.noteTrip(0);
  expect(pace.numKept).toBe(9);
});
