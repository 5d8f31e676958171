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
    pace.noteAnswer();
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
    pace.noteAnswer();
  }
  pace.noteTrip(1000);
  const slow = pace.numKept;
  expect(slow).toBe(11);
  pace.noteTrip(0);
  expect(pace.numKept).toBe(9);
});

it('holds more the quicker she is and the slower the server, up to twice as many', () => {
  const { now, pass } = clock();
  const pace = new LeasePace(now);
  expect(pace.numHeld(10)).toBe(10);
  const label = (everyMs: number, tripMs: number) => {
    for (let n = 0; n < 20; n += 1) {
      pass(everyMs);
      pace.noteAnswer();
      pace.noteTrip(tripMs);
    }
  };
  label(1000, 100);
  expect(pace.numHeld(10)).toBe(10);
  label(100, 300);
  expect(pace.numHeld(10)).toBe(14);
  label(50, 1000);
  expect(pace.numHeld(10)).toBe(20);
  pass(60_000);
  expect(pace.numHeld(10)).toBe(10);
});

it('knows after a pause that she is quick, and learns in some answers that she no longer is', () => {
  const { now, pass } = clock();
  const pace = new LeasePace(now);
  const label = (everyMs: number) => {
    pass(everyMs);
    pace.noteAnswer();
  };
  for (let n = 0; n < 20; n += 1) label(100);
  pace.noteTrip(1000);
  label(60_000);
  expect(pace.numKept).toBeGreaterThan(7);
  for (let n = 0; n < 12; n += 1) label(5000);
  expect(pace.numKept).toBe(1);
});
