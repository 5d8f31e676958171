import { expect, test } from 'vitest';
import { seal, unseal } from './seal.js';

test('what is sealed opens with the same credential only', () => {
  const sealed = seal('tgt_mine', '{"token":"tgt_new"}');
  expect(sealed).not.toContain('tgt_new');
  expect(unseal('tgt_mine', sealed)).toBe('{"token":"tgt_new"}');
  expect(unseal('tgt_other', sealed)).toBeNull();
});

test('a sealed answer that was changed does not open', () => {
  const bytes = Buffer.from(seal('tgt_mine', 'secret'), 'base64url');
  for (const i of [0, 16, bytes.length - 1]) {
    const changed = Buffer.from(bytes);
    changed[i]! ^= 1;
    expect(unseal('tgt_mine', changed.toString('base64url'))).toBeNull();
  }
});

test('the same text is sealed differently each time', () => {
  expect(seal('tgt_mine', 'secret')).not.toBe(seal('tgt_mine', 'secret'));
});
