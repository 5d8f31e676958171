import { scryptSync } from 'node:crypto';
import { expect, test } from 'vitest';
import { hashPassword, isPassword } from './passwords.js';

test('a password fits its hash and no other', async () => {
  const [first, second] = [await hashPassword('correct horse'), await hashPassword('correct horse')];
  expect(first).not.toBe(second);
  expect(await isPassword('correct horse', first)).toBe(true);
  expect(await isPassword('correct horse', second)).toBe(true);
  expect(await isPassword('correct horse ', first)).toBe(false);
});

test('the same characters, composed or not, are the same password', async () => {
  expect(await isPassword('cafe\u0301 au lait', await hashPassword('caf\u00e9 au lait'))).toBe(true);
});

test('a hash of other parameters is still understood, and one of another scheme is an error', async () => {
  const key = scryptSync('old one', 'salt', 32, { N: 1024, r: 8, p: 1 }).toString('base64url');
  expect(await isPassword('old one', `scrypt$1024$8$1$c2FsdA$${key}`)).toBe(true);
  await expect(isPassword('x', 'bcrypt$…')).rejects.toThrow('bcrypt');
});

test('without a hash nothing fits', async () => {
  expect(await isPassword('', undefined)).toBe(false);
});
