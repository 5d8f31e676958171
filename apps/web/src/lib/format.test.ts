import { describe, expect, it } from 'vitest';
import { formatAge, formatBytes, formatMs, formatScore, formatSpan, plural } from './format';

describe('numbers for people', () => {
  it('writes durations in the unit that fits', () => {
    expect([180, 4200, 75_000, 7_500_000].map(formatMs)).toEqual([
      '0.18 s',
      '4.2 s',
      '1 min 15 s',
      '2 h 5 min',
    ]);
  });
  it('writes spans of work to the minute', () => {
    expect([20_000, 720_000, 12_000_000, 10_800_000, 1.6e8].map(formatSpan)).toEqual([
      'under a minute',
      '12 min',
      '3 h 20 min',
      '3 h',
      '44 h',
    ]);
  });
  it('writes ages without a twitching second', () => {
    expect([-5, 1500, 12_000, 200_000, 8_000_000, 2e8].map(formatAge)).toEqual([
      'now',
      'now',
      '12 s',
      '3 min',
      '2 h',
      '2 d',
    ]);
  });
  it('keeps three digits of a score, so that neighbours differ', () => {
    expect([0, 0.123456, 12.345, 0.0000123, -1.5].map(formatScore)).toEqual([
      '0',
      '0.123',
      '12.3',
      '1.2e-5',
      '-1.5',
    ]);
  });
  it('writes sizes in the unit that fits', () => {
    expect([0, 999, 1500, 12_600_000, 250e9].map(formatBytes)).toEqual([
      '0 B',
      '999 B',
      '1.5 kB',
      '12.6 MB',
      '250 GB',
    ]);
  });
  it('counts things', () => {
    expect([plural(1, 'label'), plural(2000, 'label')]).toEqual(['1 label', '2,000 labels']);
  });
});
