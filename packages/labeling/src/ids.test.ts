import { idSchema } from '@tangent/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { idRandomBytes, incrementInPlace, newId } from './ids.js';

const time = fc.integer({ min: 0, max: 2 ** 48 - 1 });
const random = fc.uint8Array({ minLength: idRandomBytes, maxLength: idRandomBytes });

test('every id fits the contract', () => {
  fc.assert(
    fc.property(
      time,
      random,
      (nowMs, bytes) => idSchema('item').safeParse(newId('item', nowMs, bytes)).success,
    ),
  );
});

test('ids sort by time, then by their random bytes', () => {
  fc.assert(
    fc.property(time, time, random, random, (t1, t2, r1, r2) => {
      const byBytes = Math.sign(t1 - t2) || Math.sign(Buffer.compare(r1, r2));
      const [a, b] = [newId('lease', t1, r1), newId('lease', t2, r2)];
      expect(a < b ? -1 : a > b ? 1 : 0).toBe(byBytes);
    }),
  );
});

test('the increment of random bytes gives the next id', () => {
  fc.assert(
    fc.property(time, random, (nowMs, bytes) => {
      const next = Uint8Array.from(bytes);
      incrementInPlace(next);
      const isWrapped = bytes.every((b) => b === 255);
      expect(newId('item', nowMs, next) > newId('item', nowMs, bytes)).toBe(!isWrapped);
    }),
  );
});

test('a time or a number of random bytes that does not fit is refused', () => {
  expect(() => newId('item', -1, new Uint8Array(10))).toThrow('nowMs');
  expect(() => newId('item', 2 ** 48, new Uint8Array(10))).toThrow('nowMs');
  expect(() => newId('item', 0, new Uint8Array(9))).toThrow('10 random bytes');
});
