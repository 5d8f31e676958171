import { expect, test } from 'vitest';
import { preparedName } from './prepared.js';

const nameAtLast = (sql: string, numRuns: number) => {
  let name: string | undefined;
  for (let i = 0; i < numRuns; i++) name = preparedName(sql);
  return name;
};

test('a statement that comes again and again gets a name of its own, and keeps it', () => {
  expect(nameAtLast('SELECT 1', 5)).toBeUndefined();
  const name = preparedName('SELECT 1');
  expect(name).toBeDefined();
  expect(nameAtLast('SELECT 2', 6)).not.toBe(name);
  expect(preparedName('SELECT 1')).toBe(name);
});

test('only what has a plan is prepared, and so no cursor', () => {
  expect(nameAtLast('DECLARE c NO SCROLL CURSOR FOR SELECT 1', 20)).toBeUndefined();
  expect(nameAtLast('\n  WITH one AS (SELECT 1) SELECT * FROM one', 20)).toBeDefined();
});

test('what is written anew each time is never prepared', () => {
  for (let i = 0; i < 10_000; i++) expect(preparedName(`SELECT ${i}, 'once'`)).toBeUndefined();
});

test('names are given to 200 statements at most', () => {
  const names = new Set(
    Array.from({ length: 300 }, (_, i) => nameAtLast(`SELECT ${i}, 'once'`, 10)).filter(Boolean),
  );
  expect(names.size).toBeGreaterThan(150);
  expect(names.size).toBeLessThanOrEqual(200);
});
