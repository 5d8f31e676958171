import type { Strategy } from '../strategy.js';

/**
 * Mutual information between label and model, H(mean over draws of p) − mean over draws of H(p), in nats, under random
 * dropout masks: where draws are sure of themselves and contradict each other.
 * Source: Gal, Islam, Ghahramani, ICML 2017; Houlsby et al. 2011. Cost C · draws · k.
 */
export const bald: Strategy = {
  name: 'bald',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: ['draws'],
  looksAhead: false,
  reason: { kind: 'belief', because: 'variants of the model contradict each other here' },
  selection: 'top',
  assumesLabels: false,
  score({ posterior, numClasses: k, view }) {
    const { values, numDraws } = (view as Required<typeof view>).draws;
    const mean = new Float64Array(k);
    return Float64Array.from(posterior.tracked, (item) => {
      mean.fill(0);
      let within = 0;
      for (let draw = 0; draw < numDraws; draw++)
        for (let j = 0; j < k; j++) {
          const p = values[(item * numDraws + draw) * k + j]!;
          mean[j]! += p / numDraws;
          within += entropyTerm(p) / numDraws;
        }
      // By Jensen never below 0, but for rounding.
      return Math.max(0, mean.reduce((sum, p) => sum + entropyTerm(p), 0) - within);
    });
  },
};

const entropyTerm = (p: number) => (p > 0 ? -p * Math.log(p) : 0);
