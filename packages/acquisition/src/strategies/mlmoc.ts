import { argmaxRow } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/**
 * Most likely model output change: with y the class predicted for x′ and r = e_y − m(x′), how far the outputs over the
 * evaluation set would move. L1: Σ_E ‖f₊ − f‖₂ = ‖r‖ Σ_E |c| / (q + λ). L2: Σ_E ‖f₊ − f‖₂² = ‖r‖² n / (q + λ)².
 * Source: Mohamadi, Bae, Sutherland, NeurIPS 2022, eq. 13; MATH §4.
 */
export const mlmoc: Strategy = {
  name: 'mlmoc',
  version: 1,
  ridgeRelative: (norm) => (norm === 'l1' ? 1e-1 : 1e-2),
  selection: 'greedy',
  assumesLabels: true,
  score({ posterior, numClasses, norm }) {
    const change = norm === 'l1' ? posterior.absoluteReduction() : posterior.reduction();
    return change.map((sum, i) => {
      const scale = posterior.variance[i]! + posterior.ridge;
      const residual = pseudoResidual(posterior.mean, i, numClasses);
      return norm === 'l1' ? (residual * sum) / scale : (residual * residual * sum) / (scale * scale);
    });
  },
};

/** ‖e_y − m(x)‖ for the class y that m predicts at row i. */
function pseudoResidual(mean: Float64Array, i: number, numClasses: number): number {
  const y = argmaxRow(mean, i, numClasses);
  let sum = 0;
  for (let j = 0; j < numClasses; j++) sum += ((j === y ? 1 : 0) - mean[i * numClasses + j]!) ** 2;
  return Math.sqrt(sum);
}
