import { expect, test } from 'vitest';
import { isRoundDue } from './budget.js';

const base = {
  everyLabels: 20,
  everyMs: null,
  numLabelsSinceRound: 0,
  msSinceRound: 1_000,
  msSinceLabel: 1_000,
  numClassesLabeled: 2,
  numUnlabeled: 100,
  hasActiveRound: false,
};

test('the first round is due as soon as two classes have a label and something is left to score', () => {
  const fresh = { ...base, msSinceRound: null };
  expect(isRoundDue(fresh)).toBe('first');
  expect(isRoundDue({ ...fresh, numClassesLabeled: 1 })).toBeNull();
  expect(isRoundDue({ ...fresh, numUnlabeled: 0 })).toBeNull();
});

test('a later round is due after so many labels', () => {
  expect(isRoundDue({ ...base, numLabelsSinceRound: 19 })).toBeNull();
  expect(isRoundDue({ ...base, numLabelsSinceRound: 20 })).toBe('labels');
});

test('nothing is due while a round runs', () => {
  expect(isRoundDue({ ...base, numLabelsSinceRound: 99, hasActiveRound: true })).toBeNull();
});

test('without a trigger rounds start only on request, the first one too', () => {
  expect(isRoundDue({ ...base, everyLabels: null, numLabelsSinceRound: 99 })).toBeNull();
  expect(isRoundDue({ ...base, everyLabels: null, msSinceRound: null })).toBeNull();
});

test('a round by age is due once the last is old, labels have come since, and none comes at the moment', () => {
  const byAge = {
    ...base,
    everyLabels: null,
    everyMs: 600_000,
    numLabelsSinceRound: 1,
    msSinceRound: 600_000,
  };
  const quiet = { ...byAge, msSinceLabel: 10_000 };
  expect(isRoundDue(quiet)).toBe('age');
  expect(isRoundDue({ ...quiet, msSinceRound: 599_999 })).toBeNull();
  expect(isRoundDue({ ...quiet, numLabelsSinceRound: 0 })).toBeNull();
  expect(isRoundDue({ ...quiet, hasActiveRound: true })).toBeNull();
  expect(isRoundDue({ ...quiet, msSinceRound: null })).toBe('first');
  // A burst is waited for, a minute at most.
  expect(isRoundDue({ ...byAge, msSinceLabel: 9_999 })).toBeNull();
  expect(isRoundDue({ ...byAge, msSinceLabel: 0, msSinceRound: 659_999 })).toBeNull();
  expect(isRoundDue({ ...byAge, msSinceLabel: 0, msSinceRound: 660_000 })).toBe('age');
});

test('of both triggers whichever comes first starts the round', () => {
  const both = { ...base, everyMs: 600_000, msSinceLabel: 60_000 };
  expect(isRoundDue({ ...both, numLabelsSinceRound: 20, msSinceRound: 5_000 })).toBe('labels');
  expect(isRoundDue({ ...both, numLabelsSinceRound: 1, msSinceRound: 600_000 })).toBe('age');
});
