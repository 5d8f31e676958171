import { pseudoResiduals } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/**
 * Most likely model output change: with y the class predicted for x′ and r = e_y − m(x′), how far the outputs over the
 * evaluation set would move. L1: Σ_E ‖f₊ − f‖₂ = ‖r‖ Σ_E |c| / (q + λ). L2: Σ_E ‖f₊ − f‖₂² = ‖r‖² n / (q + λ)².
 * The paper takes y = argmax f_L and the change from f_L, the network’s own outputs; here m stands for f_L in both. Right after
 * training, where the network fits its labels, that is the same (m = f_L); once labels have come without a training, m is
 * what is predicted now, and the change is that from now on.
 * Source: Mohamadi, Bae, Sutherland, NeurIPS 2022, eq. 13; MATH §4.
 */
export const mlmoc: Strategy = {
  name: 'mlmoc',
  version: 1,
  ridgeRelative: (norm) => (norm === 'l1' ? 1e-1 : 1e-2),
  needs: [],
  looksAhead: true,
  reason: { kind: 'belief', because: 'a label here would move many other predictions' },
  selection: 'greedy',
  assumesLabels: true,
  score: ({ posterior, numClasses, norm }) =>
    posterior.outputChanges(pseudoResiduals(posterior.mean, numClasses), norm),
};
