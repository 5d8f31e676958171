import { marginOfMean } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/**
 * The default: (1 − (p₁ − p₂)) · n/(q + λ), the exact drop of total variance over the evaluation set weighted by how
 * torn the model is. Best of the measured recipes; source: ACQUISITION, and docs/maths.
 */
export const lookahead: Strategy = {
  name: 'lookahead',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: true,
  reason: { kind: 'variance-share' },
  selection: 'greedy',
  assumesLabels: true,
  score({ posterior, numClasses }) {
    const scores = posterior.varianceDrops();
    const { mean } = posterior;
    for (let i = 0; i < scores.length; i++) scores[i]! *= 1 - marginOfMean(mean, i, numClasses);
    return scores;
  },
};
