import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type AnswerGiven, numAskedMore, resolveLabel } from './label-resolution.js';

let counter = 0;
const given = (classKey: string | null, more: Partial<AnswerGiven> = {}): AnswerGiven => ({
  id: `ann_${String(counter++).padStart(6, '0')}`,
  createdAt: new Date(1_700_000_000_000 + counter),
  classKey,
  skipReason: classKey === null ? 'unsure' : null,
  isFlagged: false,
  arm: 'strategy',
  ...more,
});
const never = { skipped: 'never', flagged: 'never' } as const;
const others = { skipped: 'others', flagged: 'others' } as const;
const resolve = (answers: AnswerGiven[], overlap: number, importedClass: string | null = null) =>
  resolveLabel({ answers, overlap, importedClass, reviewedClass: null, requeue: never });
const ofDoubt = (answers: AnswerGiven[], overlap: number, importedClass: string | null = null) => {
  const item = { answers, overlap, importedClass, reviewedClass: null, requeue: others };
  return { more: numAskedMore(item), ...resolveLabel(item) };
};

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

test('others are asked for what is flagged or skipped as unsure: for each, two at most, and what they say counts', () => {
  const flagged = (key: string) => given(key, { isFlagged: true });
  expect(ofDoubt([flagged('a')], 1)).toMatchObject({ more: 1, kind: 'open' });
  expect(ofDoubt([flagged('a'), given('b')], 1)).toMatchObject({ more: 1, classKey: 'b' });
  expect(ofDoubt([given(null)], 1)).toMatchObject({ more: 1, kind: 'open' });
  expect(ofDoubt([given(null), flagged('a')], 1)).toMatchObject({ more: 2, kind: 'open' });
  expect(ofDoubt([given(null), flagged('a'), given(null)], 1)).toMatchObject({ more: 2, classKey: 'a' });
  expect(ofDoubt([given(null), given(null), given(null)], 1)).toMatchObject({ kind: 'skipped' });
  expect(ofDoubt([given('a'), flagged('b')], 2)).toMatchObject({ more: 1, kind: 'open' });
  expect(ofDoubt([given('a'), flagged('b'), given('b')], 2)).toMatchObject({ classKey: 'a' });
  // What is said of the item itself stands, and a class that came with the import is in no queue.
  expect(ofDoubt([given(null, { skipReason: 'broken' })], 1)).toMatchObject({ more: 0, kind: 'skipped' });
  expect(ofDoubt([flagged('a')], 1, 'b')).toMatchObject({ more: 0, classKey: 'a' });
});

test('what a reviewer decided stands, before any answer and against all of them', () => {
  const reviewed = (answers: AnswerGiven[]) =>
    resolveLabel({ answers, overlap: 2, importedClass: null, reviewedClass: 'c', requeue: never });
  const label = { kind: 'labeled', classKey: 'c', source: 'review', isRandom: false };
  expect(reviewed([])).toEqual(label);
  expect(reviewed([given('a'), given('a')])).toEqual(label);
  expect(reviewed([given(null, { arm: 'control' })])).toEqual({ ...label, isRandom: true });
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
