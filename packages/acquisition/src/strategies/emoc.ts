import { likelyClasses } from '../likely-classes.js';
import type { Strategy } from '../strategy.js';

/** Classes looked at: as few as hold this share of the probability, and at most so many; then normalised. */
const labelsLookedAt = { mass: 0.999, most: 10 } as const;

/**
 * Expected model output change: Σ_y p_y(x′) times how far the outputs over the evaluation set move under the label y, in
 * the norm of `mlmoc`. What is left out of the sum is at most 0.1% of the probability wherever ten classes hold the
 * rest. Source: Freytag, Rodner, Denzler, ECCV 2014; MATH §4. Cost classes · (C·E), one pass for each rank of class.
 */
export const emoc: Strategy = {
  name: 'emoc',
  version: 1,
  ridgeRelative: (norm) => (norm === 'l1' ? 1e-1 : 1e-2),
  needs: [],
  looksAhead: true,
  reason: { kind: 'belief', because: 'whatever the answer, it would move many other predictions' },
  selection: 'greedy',
  assumesLabels: true,
  score({ posterior, probabilities, numClasses: k, norm }) {
    const { mean, numTracked } = posterior;
    const labels = Array.from({ length: numTracked }, (_, t) =>
      likelyClasses(probabilities, t, k, labelsLookedAt),
    );
    const numRanks = labels.reduce((most, { classes }) => Math.max(most, classes.length), 0);
    const expected = new Float64Array(numTracked);
    for (let rank = 0; rank < numRanks; rank++) {
      // Rows without a class of this rank keep the residual 0, which moves nothing.
      const residuals = new Float64Array(mean.length);
      labels.forEach(({ classes }, t) => {
        const y = classes[rank];
        if (y === undefined) return;
        for (let j = 0; j < k; j++) residuals[t * k + j] = (j === y ? 1 : 0) - mean[t * k + j]!;
      });
      const changes = posterior.outputChanges(residuals, norm);
      for (let t = 0; t < numTracked; t++)
        expected[t]! += (labels[t]!.probabilities[rank] ?? 0) * changes[t]!;
    }
    return expected;
  },
};
