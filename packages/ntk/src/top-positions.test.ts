import { createRandom } from '@tangent/compute';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { topPositions } from './top-positions.js';

test('the top is the head of the sorted scores, with ties by position', () => {
  fc.assert(
    fc.property(fc.nat(1e6), fc.nat(60), fc.nat(70), (seed, n, count) => {
      const random = createRandom(seed);
      // Few values, so that there are ties.
      const scores = Float64Array.from({ length: n }, () => random.integer(9));
      const sorted = Array.from(scores, (_, i) => i).sort((a, b) => scores[b]! - scores[a]! || a - b);
      expect([...topPositions(scores, count)]).toEqual(sorted.slice(0, count));
    }),
  );
});
