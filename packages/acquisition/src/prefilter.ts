import { marginsOfMeans } from '@tangent/ntk';
import { orderByScore } from './order.js';
import type { Candidates } from './select-batch.js';

/**
 * The candidates in two parts, as indices into `positions`: the share with the smallest margins p₁ − p₂, which is scored
 * by covariance, and the rest, by margin. Measured on four data sets, a share of 10–20% picks as well as all of them
 * and is five times cheaper. Cost C·k. Throws RangeError for a share outside (0, 1], and for a margin that is not finite,
 * naming its item.
 */
export function splitByMargin(
  { posterior, positions, ids }: Candidates,
  share: number,
): { readonly kept: Int32Array; readonly rest: Int32Array; readonly margins: Float64Array } {
  if (!(share > 0 && share <= 1))
    throw new RangeError(`prefilter: the share must lie in (0, 1], got ${share}; 0.2 is a good one`);
  const k = posterior.numClasses;
  const means = new Float64Array(positions.length * k);
  positions.forEach((t, i) => {
    means.set(posterior.mean.subarray(t * k, (t + 1) * k), i * k);
  });
  const margins = marginsOfMeans(means, k);
  margins.forEach((gap, i) => {
    if (!Number.isFinite(gap))
      throw new RangeError(
        `prefilter: the margin of ${ids[i]} is ${gap}; look for NaN in the outputs of the network`,
      );
  });
  const order = orderByScore(
    margins.map((gap) => -gap),
    ids,
  );
  const numKept = Math.ceil(share * positions.length);
  return { kept: order.slice(0, numKept), rest: order.slice(numKept), margins };
}

/** Scores of the rest: below all of the kept ones, by margin. */
export function scoresBehind(kept: Float64Array, margins: Float64Array, rest: Int32Array): Float64Array {
  const floor = kept.reduce((least, score) => Math.min(least, score), 0);
  return Float64Array.from(rest, (i) => floor - 1 - margins[i]!);
}

/** The candidates at these indices. */
export function takeCandidates({ prefilter, ...candidates }: Candidates, indices: Int32Array): Candidates {
  return {
    ...candidates,
    positions: Int32Array.from(indices, (i) => candidates.positions[i]!),
    ids: Array.from(indices, (i) => candidates.ids[i]!),
  };
}
