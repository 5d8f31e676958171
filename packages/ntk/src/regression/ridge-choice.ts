import { cholesky, choleskySolve } from '@tangent/compute';
import { inverseOf } from '../posterior/symmetric.js';

// N labeled items, k outputs, K: [N, N], Y: [N, k]. H = K(K + λI)⁻¹. Row-major float64.

/** What one ridge is worth by two estimates of its squared error on new items, summed over the outputs. */
export interface RidgeScore {
  /** λ, absolute; with the jitter, if there was any. */
  readonly ridge: number;
  /** λ relative to the mean kernel diagonal. */
  readonly ridgeRelative: number;
  readonly jitter: number;
  /** tr H: how many directions are fitted. */
  readonly effectiveDimension: number;
  /** (‖Y − HY‖²/N)/(1 − tr H/N)², generalised cross-validation (Golub, Heath, Wahba 1979). */
  readonly gcv: number;
  /** Mean of ‖e_i/(1 − H_ii)‖²: the exact leave-one-out error; null where it was not asked for. */
  readonly leaveOneOut: number | null;
}

export type RidgeCriterion = 'gcv' | 'leave-one-out';

/** The best of a grid of ridges, and all of them. */
export interface RidgeChoice {
  readonly best: RidgeScore;
  readonly curve: readonly RidgeScore[];
}

/** From 1e-6 to 10 relative to the mean kernel diagonal, three a decade. */
export const defaultRidges: readonly number[] = Array.from({ length: 22 }, (_, i) => 10 ** (i / 3 - 6));

/**
 * Chooses the ridge of K for targets Y that the kernel predicts itself. On the residuals of a network that interpolates
 * its labels both estimates are meaningless, and choose a ridge that is too small (MATH §3). Ties go to the larger
 * ridge. Cost per ridge 2.3N³ flops. Throws NotPositiveDefiniteError, and RangeError where no score is finite.
 */
export function chooseRidge(
  kernelLL: Float64Array,
  targets: Float64Array,
  numOutputs: number,
  options: { readonly ridgesRelative?: readonly number[]; readonly criterion?: RidgeCriterion } = {},
): RidgeChoice {
  const { ridgesRelative = defaultRidges, criterion = 'leave-one-out' } = options;
  const n = targets.length / numOutputs;
  let trace = 0;
  for (let i = 0; i < n; i++) trace += kernelLL[i * (n + 1)]!;
  const curve = ridgesRelative.map((ridgeRelative): RidgeScore => {
    const given = (ridgeRelative * trace) / n;
    const regularised = kernelLL.slice();
    for (let i = 0; i < n; i++) regularised[i * (n + 1)]! += given;
    const factor = cholesky(regularised, n);
    const ridge = given + factor.jitter;
    const weights = choleskySolve(factor, targets, numOutputs);
    const inverse = inverseOf(factor);
    let [squares, loo, traceInverse] = [0, 0, 0];
    for (let i = 0; i < n; i++) {
      // e_i = λα_i and 1 − H_ii = λ(K + λI)⁻¹_ii, so that λ drops out of their quotient.
      const left = inverse[i * (n + 1)]!;
      traceInverse += left;
      for (let j = i * numOutputs; j < (i + 1) * numOutputs; j++) {
        squares += (ridge * weights[j]!) ** 2;
        loo += (weights[j]! / left) ** 2;
      }
    }
    return {
      ridge,
      ridgeRelative,
      jitter: factor.jitter,
      effectiveDimension: n - ridge * traceInverse,
      gcv: gcvOf(squares, n, n - ridge * traceInverse),
      leaveOneOut: loo / n,
    };
  });
  return bestOf(curve, criterion);
}

/** (‖e‖²/N)/(1 − tr H/N)². */
export function gcvOf(squares: number, numExamples: number, effectiveDimension: number): number {
  return squares / numExamples / (1 - effectiveDimension / numExamples) ** 2;
}

/** The ridge of the lowest finite score; of equals the largest ridge, whatever the order of the curve. */
export function bestOf(curve: readonly RidgeScore[], criterion: RidgeCriterion): RidgeChoice {
  const score = (s: RidgeScore) => (criterion === 'gcv' ? s.gcv : (s.leaveOneOut ?? Number.NaN));
  let best: RidgeScore | undefined;
  for (const candidate of curve) {
    if (!Number.isFinite(score(candidate))) continue;
    const ahead = best ? score(best) - score(candidate) || candidate.ridge - best.ridge : 1;
    if (ahead > 0) best = candidate;
  }
  if (!best)
    throw new RangeError(
      `no ridge can be chosen by ${criterion} among ${curve.length}: look for NaN in the kernel and the targets`,
    );
  return { best, curve };
}
