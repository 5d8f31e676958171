import { TangentError } from '@tangent/contracts';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytesOf, floatsOf } from './bytes.js';
import { asTangentError, isConflict, isUniqueViolation } from './errors.js';
import { newId } from './ids.js';
import { decodeCursor, encodeCursor, pageOf } from './page.js';

test('ids that one process makes sort in the order in which they were made', () => {
  const ids = Array.from({ length: 50_000 }, () => newId('item'));
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

test('float32 numbers survive the way through bytes, without a copy where they are aligned', () => {
  fc.assert(
    fc.property(fc.float32Array(), (values) => {
      expect(floatsOf(bytesOf(values))).toEqual(values);
      expect(floatsOf(bytesOf(values)).buffer).toBe(values.buffer);
    }),
  );
  const shifted = Buffer.from([0, 0, 0, 0x80, 0x3f]).subarray(1);
  expect([...floatsOf(shifted)]).toEqual([1]);
  expect(() => floatsOf(Buffer.alloc(6))).toThrow('6 bytes');
});

describe('cursors', () => {
  test('a cursor gives back what it was made of', () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(2 ** 28 - 1), fc.nat(8.64e15), (text, place, time) => {
        expect(decodeCursor(encodeCursor([text, place, time]), 'snt')).toEqual([text, place, time]);
      }),
    );
    expect(decodeCursor(undefined, 's')).toBeNull();
  });

  test('a cursor of another list, or of nobody, is refused', () => {
    for (const cursor of ['', 'x', encodeCursor([1]), encodeCursor(['a', 'b']), encodeCursor([])])
      expect(() => decodeCursor(cursor, 's')).toThrow(TangentError);
    for (const value of [1.5, -1, 2 ** 28, 'a'])
      expect(() => decodeCursor(encodeCursor([value]), 'n')).toThrow(TangentError);
    for (const value of [-1, 2 ** 53, 'a'])
      expect(() => decodeCursor(encodeCursor([value]), 't')).toThrow(TangentError);
    for (const value of ['nul \0', 'half a pair \ud800', 1])
      expect(() => decodeCursor(encodeCursor([value]), 's')).toThrow(TangentError);
    fc.assert(
      fc.property(fc.string(), (cursor) => {
        try {
          expect(decodeCursor(cursor, 'nn')).toHaveLength(2);
        } catch (error) {
          expect(error).toMatchObject({ code: 'validation-failed' });
        }
      }),
    );
  });

  test('a page has a next one exactly when a row is left over', () => {
    const page = (rows: number[]) => pageOf(rows, 2, String, (row) => [row]);
    expect(page([])).toEqual({ items: [], nextCursor: null });
    expect(page([1, 2])).toEqual({ items: ['1', '2'], nextCursor: null });
    expect(page([1, 2, 3])).toEqual({ items: ['1', '2'], nextCursor: encodeCursor([2]) });
  });
});

describe('errors', () => {
  const withCode = (code: string, more: object = {}) =>
    Object.assign(new Error('from pg'), { code, ...more });

  test('what means that the database is away gets the stable code, and keeps its cause', () => {
    for (const code of ['ECONNREFUSED', '57P01', '08006', 'P1001', '53300']) {
      const cause = withCode(code);
      expect(asTangentError(cause)).toMatchObject({ code: 'database-unavailable', cause });
    }
    const terminated = new Error('Connection terminated unexpectedly');
    expect(asTangentError(terminated)).toMatchObject({ code: 'database-unavailable' });
    const other = withCode('23505');
    expect(asTangentError(other)).toBe(other);
    const refusal = new TangentError('not-found', 'nothing');
    expect(asTangentError(refusal)).toBe(refusal);
  });

  test('conflicts are told apart from broken rules', () => {
    expect(isConflict(withCode('40001'))).toBe(true);
    expect(isConflict(withCode('40P01'))).toBe(true);
    expect(isConflict(withCode('P2034'))).toBe(true);
    expect(isConflict(withCode('23505'))).toBe(false);
    expect(isConflict(new TangentError('not-found', 'nothing'))).toBe(false);
  });

  test('a unique violation is found by the name of its index', () => {
    const error = withCode('23505', { constraint: 'leases_one_live_per_slot' });
    expect(isUniqueViolation(error)).toBe(true);
    expect(isUniqueViolation(error, 'leases_one_live')).toBe(true);
    expect(isUniqueViolation(error, 'users_email_key')).toBe(false);
    expect(isUniqueViolation(withCode('23503'))).toBe(false);
  });
});
