import { expect, test } from 'vitest';
import { textHash } from './content-hash.js';
import { isDrawnForHoldout } from './draw-holdout.js';

test('a share of the content is drawn, and a larger share holds what a smaller one does', () => {
  const hashes = Array.from({ length: 4000 }, (_, n) => textHash(`text ${n}`));
  const drawn = (share: number) => hashes.filter((hash) => isDrawnForHoldout(hash, share));
  expect(drawn(0)).toEqual([]);
  expect(drawn(1)).toEqual(hashes);
  const [few, many] = [drawn(0.1), drawn(0.3)];
  // Four standard deviations about the share.
  expect(Math.abs(few.length / 4000 - 0.1)).toBeLessThan(0.019);
  expect(Math.abs(many.length / 4000 - 0.3)).toBeLessThan(0.029);
  expect(many).toEqual(expect.arrayContaining(few));
});
