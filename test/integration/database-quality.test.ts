import { quality } from '@tangent/contracts';
import { readAgreement, submitAnnotation, undoAnnotation } from '@tangent/database';
import { expect, test } from 'vitest';
import { codeOf, makeProject, useDatabase } from './support/database.js';

const house = useDatabase();

/** One column of answers an annotator, one row an item; `-` is a skip, a space nothing. */
async function annotated(rows: readonly string[], overlap = 3) {
  const { db } = house;
  const numAnnotators = rows[0]!.length;
  const made = await makeProject(db, { numItems: rows.length, numAnnotators, settings: { overlap } });
  for (const [i, row] of rows.entries())
    for (const [a, classKey] of [...row].entries()) {
      if (classKey === ' ') continue;
      const answer = classKey === '-' ? { skip: 'unsure' as const } : { classKey };
      await submitAnnotation(db, { itemId: made.itemIds[i]!, annotatorId: made.annotators[a]!, answer });
    }
  return made;
}

test('agreement is of live answers that name a class, on items with two or more: every number by hand', async () => {
  const { db } = house;
  const { projectId, annotators, itemIds } = await annotated(['aaa', 'bbb', 'aab', 'ab-', 'bb ', 'a  ']);
  // An answer that was changed, and one that was taken back, do not count.
  const again = { itemId: itemIds[5]!, annotatorId: annotators[1]! };
  const { annotation } = await submitAnnotation(db, { ...again, answer: { classKey: 'b' } });
  await undoAnnotation(db, { annotationId: annotation.id, userId: annotators[1]!, mayUndoOthers: false });
  const found = quality.parse(await readAgreement(db, projectId));

  // n = 13, n_a = 6, n_b = 7, o_aa = 4, o_bb = 5: α = 1 − 12 · 4/(169 − 36 − 49).
  expect(found).toMatchObject({ numItems: 5, numAnswers: 13, numAnnotators: 3, numPairs: 3 });
  expect(found.observed).toBeCloseTo((1 + 1 + 1 / 3 + 0 + 1) / 5, 12);
  expect(found.alpha.value).toBeCloseTo(3 / 7, 12);
  expect(found.alpha.reason).toBeNull();
  // Of the three items with three answers: P̄ = 7/9, Σp² = 41/81.
  expect(found.fleiss).toMatchObject({ answersPerItem: 3, numItems: 3, reason: null });
  expect(found.fleiss.value).toBeCloseTo(0.55, 12);
  for (const { value, interval } of [found.alpha, found.fleiss]) {
    expect(interval![0]).toBeLessThan(value!);
    expect(interval![1]).toBeGreaterThan(value!);
  }
  // Of two classes, each against the other is the same question.
  expect(found.classes.map(({ classKey, numAnswers }) => [classKey, numAnswers])).toEqual([
    ['a', 6],
    ['b', 7],
  ]);
  for (const { alpha, kappa } of found.classes) {
    expect(alpha).toBeCloseTo(3 / 7, 12);
    expect(kappa).toBeCloseTo(0.55, 12);
  }
  // First and second: p_o = 4/5, p_e = 0.48. The others share three items: p_o = 2/3, p_e = 4/9.
  const byPair = new Map(
    found.pairs.map((pair) => [
      pair.annotators
        .map(({ id }) => annotators.indexOf(id))
        .toSorted()
        .join(),
      pair,
    ]),
  );
  expect(found.pairs[0]!.numItems).toBe(5);
  expect(byPair.get('0,1')!.kappa).toBeCloseTo(8 / 13, 12);
  expect(byPair.get('0,1')!.annotators.every(({ name }) => name.startsWith('user-'))).toBe(true);
  for (const key of ['0,2', '1,2']) {
    expect(byPair.get(key)).toMatchObject({ numItems: 3 });
    expect(byPair.get(key)!.kappa).toBeCloseTo(0.4, 12);
  }
});

test('without two answers to an item, or with answers of one class only, there is a reason and the way out', async () => {
  const { projectId } = await annotated(['a', 'b'], 1);
  const single = quality.parse(await readAgreement(house.db, projectId));
  expect(single).toMatchObject({ numItems: 0, observed: null, classes: [], pairs: [], numPairs: 0 });
  expect(single.alpha).toEqual({ value: null, interval: null, reason: single.fleiss.reason });
  expect(single.alpha.reason).toContain('settings.overlap');

  const { projectId: other } = await annotated(['aa', 'aa'], 2);
  const same = quality.parse(await readAgreement(house.db, other));
  expect(same).toMatchObject({
    numItems: 2,
    observed: 1,
    pairs: [{ kappa: null, observed: 1, numItems: 2 }],
  });
  expect(same.alpha.reason).toContain('same class');
});

test('where only the items that Fleiss’ κ is of have answers of one class, its reason is about those', async () => {
  const { projectId } = await annotated(['aa ', 'aa ', 'abb']);
  const { alpha, fleiss } = quality.parse(await readAgreement(house.db, projectId));
  expect(alpha.value).not.toBeNull();
  expect(fleiss).toMatchObject({ value: null, answersPerItem: 2, numItems: 2 });
  expect(fleiss.reason).toContain('All answers to the 2 items with 2 answers name the same class');
});

test('agreement that takes the database too long is given up, and the connection serves the next', async () => {
  const { db } = house;
  const { projectId } = await annotated(['ab', 'aa'], 2);
  const other = await db.pool.connect();
  try {
    await other.query('BEGIN');
    await other.query('LOCK TABLE annotations');
    expect(await codeOf(readAgreement(db, projectId, { statementTimeoutMs: 50 }))).toBe('takes-too-long');
  } finally {
    await other.query('ROLLBACK');
    other.release();
  }
  expect(await readAgreement(db, projectId)).toMatchObject({ numItems: 2, numAnnotators: 2 });
});
