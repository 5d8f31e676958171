import { roles } from '@tangent/contracts';
import { expect, test } from 'vitest';
import { atLeast } from './roles.js';

test('every role may do what the roles before it may, and no more', () => {
  for (const [i, role] of roles.entries())
    for (const [j, needed] of roles.entries()) expect(atLeast(role, needed)).toBe(i >= j);
});
