import { cholesky, choleskySolve, matmul64 } from '@tangent/compute';
import type { Observation } from '../posterior/posterior.js';

// n items, k classes. Matrices have a row for every output of every item, item by item.

/** A posterior by its definition: one system for all labels, nothing updated. */
export interface FullSolution {
  /** m, [n, k]. */
  readonly mean: Float64Array;
  /** C, [n·k, n·k]. */
  readonly covariance: Float64Array;
  /** tr C(x, x)/k, [n]. */
  readonly variance: Float64Array;
}

/** m and C of a block kernel [n·k, n·k] by the textbook formula, with a ridge that is given. */
export function fullSolve(
  kernel: Float64Array,
  prior: ArrayLike<number>,
  observations: readonly Observation[],
  ridge: number,
): FullSolution {
  const size = prior.length;
  const k = observations[0]!.target.length;
  const rows = observations.flatMap(({ item }) => Array.from({ length: k }, (_, j) => item * k + j));
  const residual = observations.flatMap(({ item, target }) =>
    Array.from(target, (y, j) => y - prior[item * k + j]!),
  );
  const L = rows.length;
  const kLX = Float64Array.from(
    { length: L * size },
    (_, i) => kernel[rows[Math.floor(i / size)]! * size + (i % size)]!,
  );
  const kLL = Float64Array.from(
    { length: L * L },
    (_, i) => kLX[Math.floor(i / L) * size + rows[i % L]!]! + (i % (L + 1) === 0 ? ridge : 0),
  );
  const solved = choleskySolve(cholesky(kLL, L), kLX, size);
  const explained = matmul64(kLX, solved, { m: size, k: L, n: size, transposeA: true });
  const shift = matmul64(solved, Float64Array.from(residual), { m: size, k: L, n: 1, transposeA: true });
  const covariance = kernel.map((value, i) => value - explained[i]!);
  const variance = Float64Array.from({ length: size / k }, (_, x) => {
    let trace = 0;
    for (let j = 0; j < k; j++) trace += covariance[(x * k + j) * (size + 1)]!;
    return trace / k;
  });
  return { mean: shift.map((value, i) => value + prior[i]!), covariance, variance };
}

/** Δm of all items, [n, k], by a label of `item` with the residual r: C(·, x)(Q + λI)⁻¹r. */
export function fullChange(
  { covariance, mean }: FullSolution,
  item: number,
  residual: Float64Array,
  ridge: number,
): Float64Array {
  const size = mean.length;
  const k = residual.length;
  const block = Float64Array.from(
    { length: k * k },
    (_, i) =>
      covariance[(item * k + Math.floor(i / k)) * size + item * k + (i % k)]! +
      (i % (k + 1) === 0 ? ridge : 0),
  );
  const weights = choleskySolve(cholesky(block, k), residual, 1);
  return mean.map((_, i) => weights.reduce((sum, w, j) => sum + w * covariance[i * size + item * k + j]!, 0));
}
