import { expect, test } from 'vitest';
import { isRoundDue } from './budget.js';

const base = {
  everyLabels: 20,
  numLabelsSinceRound: 0,
  numClassesLabeled: 2,
  numUnlabeled: 100,
  hasActiveRound: false,
  hasAnyRound: true,
};

test('the first round is due as soon as two classes have a label and something is left to score', () => {
  const fresh = { ...base, hasAnyRound: false };
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
  expect(isRoundDue({ ...base, everyLabels: null, hasAnyRound: false })).toBeNull();
});
