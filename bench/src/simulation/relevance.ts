import type { Gram } from '@tangent/ntk';

/**
 * w(x) of every evaluation item, [E]: 1 less its largest cosine with a rejected item (squared, at least 0), so that a
 * cluster of which one item was rejected stops drawing labels. Source: MATH §4, relevance weights.
 */
export function relevanceOf(gram: Gram, evaluation: Int32Array, rejected: Int32Array): Float64Array {
  const weights = new Float64Array(evaluation.length).fill(1);
  if (rejected.length === 0) return weights;
  const block = gram.block(evaluation, rejected);
  return weights.map((_, e) => {
    let largest = 0;
    for (let j = 0; j < rejected.length; j++) {
      const scale = Math.sqrt(gram.diagonal[evaluation[e]!]! * gram.diagonal[rejected[j]!]!);
      largest = Math.max(largest, scale > 0 ? block[e * rejected.length + j]! / scale : 0);
    }
    return 1 - Math.min(1, largest) ** 2;
  });
}
