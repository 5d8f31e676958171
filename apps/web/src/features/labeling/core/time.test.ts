import { describe, expect, it } from 'vitest';
import { ActiveClock } from './active-clock';
import { msLeft, pacePerMinute } from './pace';

describe('pace', () => {
  it('is the rate between the latest answers, and nothing with fewer than three', () => {
    expect(pacePerMinute([0, 2000], 2000)).toBeNull();
    expect(pacePerMinute([0, 2000, 4000], 4000)).toBeCloseTo(30);
  });
  it('forgets answers of long ago', () => {
    expect(pacePerMinute([0, 1000, 2000], 10 * 60_000)).toBeNull();
  });
  it('says how long the rest takes, once it is known', () => {
    expect(msLeft(90, 30)).toBe(180_000);
    expect(msLeft(0, 30)).toBe(0);
    expect(msLeft(90, null)).toBeNull();
  });
});

describe('active time', () => {
  it('leaves out pauses beyond thirty seconds and the time in which the page was hidden', () => {
    let nowMs = 0;
    const clock = new ActiveClock(() => nowMs);
    nowMs = 5000;
    clock.noteInput();
    nowMs = 105_000;
    clock.noteInput();
    expect(clock.read()).toEqual({ activeMs: 35_000, wallMs: 105_000 });
    clock.noteVisibility(false);
    nowMs = 205_000;
    clock.noteVisibility(true);
    nowMs = 206_000;
    expect(clock.read()).toEqual({ activeMs: 36_000, wallMs: 206_000 });
    clock.restart();
    expect(clock.read()).toEqual({ activeMs: 0, wallMs: 0 });
  });
});
