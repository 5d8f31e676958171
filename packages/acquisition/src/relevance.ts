import type { Gram } from '@tangent/ntk';

// E evaluation items, R items rejected as not relevant, L labeled (hence relevant) items.

export interface RelevanceOptions {
  readonly gram: Gram;
  /** By index in the Gram: E, R and L. */
  readonly evaluation: Int32Array;
  readonly rejected: Int32Array;
  readonly labeled: Int32Array;
  /** κ, the most that one verdict takes off a weight, 0 … 1; default 0.5. */
  readonly perVerdict?: number;
  /** s: how fast a verdict loses force with distance; default 1. */
  readonly sharpness?: number;
}

/**
 * Weights w(e) ∈ [0, 1] of the evaluation items, [E]: low where annotators have rejected similar items as not relevant,
 * so that a coherent junk cluster stops drawing labels (MATH §4). With the squared distance of normalised features
 * d²(x, x′) = 2 − 2 cos, cos = K(x, x′)/√(K(x, x) K(x′, x′)), and ℓ the labeled item nearest to e,
 *
 *   w(e) = Π_r 1 − κ (1 − min(1, d²(e, r) / d²(e, ℓ)))^s.
 *
 * Ratios of distances, because tangent kernels find all items rather alike. A verdict weighs only where the rejected item
 * is nearer than the nearest relevant one, and takes at most κ: one accidental verdict halves the weight of its closest
 * neighbours, and the first label beside it gives them their weight back, while the verdicts on a cluster multiply.
 * Without labeled items, ℓ is an item of cosine 0. Cost of kernel blocks E × (R + L). Throws RangeError for kernel values
 * that are not finite and parameters out of range.
 */
export function relevanceWeights(options: RelevanceOptions): Float64Array {
  const { gram, evaluation, rejected, labeled, perVerdict = 0.5, sharpness = 1 } = options;
  if (!(perVerdict >= 0 && perVerdict <= 1))
    throw new RangeError(`relevanceWeights: perVerdict must lie in [0, 1], got ${perVerdict}`);
  if (!(sharpness > 0) || !Number.isFinite(sharpness))
    throw new RangeError(`relevanceWeights: sharpness must be positive, got ${sharpness}`);
  const weights = new Float64Array(evaluation.length).fill(1);
  if (rejected.length === 0 || evaluation.length === 0) return weights;
  const toRejected = distances(gram, evaluation, rejected);
  const toLabeled = distances(gram, evaluation, labeled);
  for (let e = 0; e < evaluation.length; e++) {
    let nearest = labeled.length === 0 ? 2 : Number.POSITIVE_INFINITY;
    for (let l = 0; l < labeled.length; l++) nearest = Math.min(nearest, toLabeled[e * labeled.length + l]!);
    for (let r = 0; r < rejected.length; r++) {
      const distance = toRejected[e * rejected.length + r]!;
      if (distance < nearest) weights[e]! *= 1 - perVerdict * (1 - distance / nearest) ** sharpness;
    }
  }
  return weights;
}

/** 2 − 2 cos, [rows, columns]; an item whose kernel vanishes is like none. */
function distances(gram: Gram, rows: Int32Array, columns: Int32Array): Float64Array {
  if (columns.length === 0) return new Float64Array();
  const kernel = gram.block(rows, columns);
  return Float64Array.from(kernel, (value, at) => {
    const row = rows[Math.floor(at / columns.length)]!;
    const column = columns[at % columns.length]!;
    const scale = Math.sqrt(gram.diagonal[row]! * gram.diagonal[column]!);
    if (!Number.isFinite(value) || !Number.isFinite(scale))
      throw new RangeError(
        `relevanceWeights: the kernel of the items ${row} and ${column} is ${value}; leave the one with NaN out`,
      );
    return scale > 0 ? Math.max(0, 2 - (2 * value) / scale) : 2;
  });
}
