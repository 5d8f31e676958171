import { cholesky, choleskySolve, matmul64 } from '@tangent/compute';
import type { Posterior } from '@tangent/ntk';

// P tracked items, E evaluation items, k classes, m outputs an item: 1 where the covariance of two items is a multiple
// of I_k (one scalar stands for its k×k block), else k.

export interface JointCovariance {
  readonly numOutputs: number;
  /** c(P, P), [P·m, P·m]. */
  readonly tracked: Float64Array;
  /** c(P, E), [P·m, E·m]. */
  readonly evaluation: Float64Array;
}

/** m of a posterior: 1 when a label moves all items along its residual and nothing else, else k. Cost (T + E)·k. */
export function numOutputsOf(posterior: Posterior): number {
  const k = posterior.numClasses;
  // A residual without symmetries is an eigenvector of all blocks only if they are multiples of I.
  const residual = Float64Array.from({ length: k }, (_, j) => 1 + Math.sqrt(j));
  const lookAhead = posterior.lookAt(0);
  const isAlong = (change: Float64Array) => {
    for (let row = 0; row < change.length; row += k)
      for (let j = 1; j < k; j++) {
        const wanted = change[row]! * residual[j]!;
        if (!(Math.abs(change[row + j]! - wanted) <= 1e-9 * Math.abs(wanted))) return false;
      }
    return true;
  };
  return isAlong(lookAhead.trackedChange(residual)) && isAlong(lookAhead.evaluationChange(residual)) ? 1 : k;
}

/**
 * The posterior covariance among the tracked items and with the evaluation items, read off from what labels would
 * change: Δm = c(·, x)(c(x, x) + λI)⁻¹ r gives A = c(x, x)(c(x, x) + λI)⁻¹, and c(x, x) + λI = λ (I − A)⁻¹.
 * Cost P · m · (a column) and P·m·E·m².
 */
export function jointCovariance(posterior: Posterior, numOutputs: number): JointCovariance {
  const m = numOutputs;
  const { numTracked, numClasses: k, evaluation } = posterior;
  const blocks = Array.from({ length: numTracked }, (_, t) => {
    const lookAhead = posterior.lookAt(t);
    const directions = Array.from({ length: m }, (_, j) => {
      const residual = new Float64Array(k);
      residual[j] = 1;
      return [lookAhead.trackedChange(residual), lookAhead.evaluationChange(residual)] as const;
    });
    const remainder = new Float64Array(m * m);
    for (let a = 0; a < m; a++)
      for (let j = 0; j < m; j++) remainder[a * m + j] = (a === j ? 1 : 0) - directions[j]![0][t * k + a]!;
    const scaled = new Float64Array(m * m);
    for (let a = 0; a < m; a++) scaled[a * m + a] = posterior.ridge;
    // I − A = λ(c(x, x) + λI)⁻¹ is positive definite by itself.
    const scale = choleskySolve(cholesky(remainder, m, { maxJitterRelative: 0 }), scaled, m);
    const covariance = (changes: readonly Float64Array[], numItems: number) => {
      const rows = new Float64Array(m * numItems * m);
      for (let j = 0; j < m; j++)
        for (let x = 0; x < numItems; x++)
          for (let a = 0; a < m; a++) rows[(j * numItems + x) * m + a] = changes[j]![x * k + a]!;
      return matmul64(scale, rows, { m, k: m, n: numItems * m, transposeA: true });
    };
    return {
      tracked: covariance(
        directions.map(([tracked]) => tracked),
        numTracked,
      ),
      evaluation: covariance(
        directions.map(([, evaluated]) => evaluated),
        evaluation.length,
      ),
    };
  });
  const stack = (parts: readonly Float64Array[], width: number) => {
    const all = new Float64Array(parts.length * m * width);
    parts.forEach((part, t) => {
      all.set(part, t * m * width);
    });
    return all;
  };
  const tracked = stack(
    blocks.map((block) => block.tracked),
    numTracked * m,
  );
  return {
    numOutputs: m,
    tracked,
    evaluation: stack(
      blocks.map((block) => block.evaluation),
      evaluation.length * m,
    ),
  };
}
