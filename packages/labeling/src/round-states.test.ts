import { activeRoundStatuses, type RoundStatus, roundStatuses } from '@tangent/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { canMove, isActive, nextStatus, resumeStatus, roundProgress } from './round-states.js';

test('following nextStatus walks through every phase to done', () => {
  const seen: RoundStatus[] = ['planned'];
  for (let at = seen[0]!; isActive(at); ) {
    at = nextStatus(at);
    seen.push(at);
  }
  expect(seen).toEqual([...activeRoundStatuses, 'done']);
});

test('a round moves only forward, one phase at a time, or ends', () => {
  for (const from of roundStatuses)
    for (const to of roundStatuses) {
      const isAllowed = isActive(from) && (to === nextStatus(from) || to === 'failed' || to === 'cancelled');
      expect(canMove(from, to), `${from} → ${to}`).toBe(isAllowed);
    }
  expect(canMove('planned', 'featurizing')).toBe(false);
  expect(canMove('done', 'failed')).toBe(false);
  expect(canMove('failed', 'cancelled')).toBe(false);
});

test('a retry never resumes after the phase that failed', () => {
  for (const phase of activeRoundStatuses) {
    const resumed = resumeStatus(phase);
    expect(roundStatuses.indexOf(resumed)).toBeLessThanOrEqual(roundStatuses.indexOf(phase));
  }
  expect(resumeStatus('training')).toBe('planned');
  expect(resumeStatus('featurizing')).toBe('featurizing');
  expect(resumeStatus('selecting')).toBe('scoring');
});

test('progress stays within its total and is full exactly when the round is done', () => {
  const state = fc
    .record({ status: fc.constantFrom(...roundStatuses), numShards: fc.nat(50) })
    .chain(({ status, numShards }) =>
      fc.record({
        status: fc.constant(status),
        failedIn: fc.constantFrom(null, ...activeRoundStatuses),
        numShards: fc.constant(numShards),
        numFeatured: fc.nat(numShards),
        numScored: fc.nat(numShards),
      }),
    );
  fc.assert(
    fc.property(state, (s) => {
      const { done, total, phase } = roundProgress(s);
      expect(done).toBeGreaterThanOrEqual(0);
      expect(done === total).toBe(s.status === 'done');
      expect(done).toBeLessThanOrEqual(total);
      expect(phase).toBe(s.status);
    }),
  );
});
