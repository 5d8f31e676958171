import { classKey } from '@tangent/contracts';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { folderOf } from './image-folder.js';

const keys = fc.string({ unit: 'grapheme', minLength: 1 }).filter((key) => classKey.safeParse(key).success);

test('each class has a folder of its own, which no system takes for anything else', () => {
  fc.assert(
    fc.property(keys, (key) => {
      const folder = folderOf(key);
      expect(decodeURIComponent(folder.replace(/[^\x20-\x7e]/gu, (c) => encodeURIComponent(c)))).toBe(key);
      expect(folder).not.toMatch(/[<>:"|?*/\\]|^\.|[. ]$/);
    }),
  );
  expect(['.', '..', 'a b', 'con.', '5%'].map(folderOf)).toEqual(['%2E', '%2E%2E', 'a b', 'con%2E', '5%25']);
});
