import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnswerGiven, resolveLabel } from './label-resolution.js';

let counter = 0;
const given = (classKey: string | null, more: Partial<AnswerGiven> = {}): AnswerGiven => ({
  id: `ann_${String(counter++).padStart(6, '0')}`,
  createdAt: new Date(1_700_000_000_000 + counter),
  classKey,
  skipReason: classKey === null ? 'unsure' : null,
  arm: 'strategy',
  ...more,
});
const resolve = (answers: AnswerGiven[], overlap: number, importedClass: string | null = null) =>
  resolveLabel({ answers, overlap, importedClass });

test('with too few answers an item stays open, or keeps the class that it was imported with', () => {
  expect(resolve([], 1)).toEqual({ kind: 'open' });
  expect(resolve([given('a')], 2)).toEqual({ kind: 'open' });
  expect(resolve([given('a')], 2, 'b')).toEqual({
    kind: 'labeled',
    classKey: 'b',
    source: 'import',
    isRandom: true,
  });
});

test('the class that most annotators name wins', () => {
  expect(resolve([given('a'), given('b'), given('b')], 3)).toMatchObject({ kind: 'labeled', classKey: 'b' });
});

test('of equally frequent classes the one named first wins, whatever the order of the rows', () => {
  const answers = [given('b'), given('a')];
  expect(resolve(answers, 2)).toMatchObject({ classKey: 'b' });
  expect(resolve(answers.toReversed(), 2)).toMatchObject({ classKey: 'b' });
});

test('skips do not outvote a class, but an item with nothing else is skipped', () => {
  expect(resolve([given(null), given(null), given('a')], 3)).toMatchObject({
    kind: 'labeled',
    classKey: 'a',
  });
  expect(resolve([given(null), given(null, { skipReason: 'broken' }), given(null)], 3)).toEqual({
    kind: 'skipped',
    reason: 'unsure',
  });
});

test('a label is random when its first answer came from the control arm', () => {
  expect(resolve([given('a', { arm: 'control' }), given('a')], 2)).toMatchObject({ isRandom: true });
  expect(resolve([given('a'), given('a', { arm: 'control' })], 2)).toMatchObject({ isRandom: false });
  expect(resolve([given('a', { arm: null })], 1)).toMatchObject({ isRandom: false });
});

test('the order of the rows never matters, and the winner is nobody’s minority', () => {
  const answers = fc.array(
    fc.constantFrom('a', 'b', 'c', null).map((c) => given(c)),
    { minLength: 1, maxLength: 9 },
  );
  fc.assert(
    fc.property(answers, fc.integer({ min: 1, max: 9 }), (list, overlap) => {
      const result = resolve(list, overlap);
      expect(resolve(list.toReversed(), overlap)).toEqual(result);
      if (list.length < overlap) expect(result.kind).toBe('open');
      if (result.kind !== 'labeled') return;
      const votes = (key: string) => list.filter((a) => a.classKey === key).length;
      for (const other of ['a', 'b', 'c'])
        expect(votes(result.classKey)).toBeGreaterThanOrEqual(votes(other));
    }),
  );
});
