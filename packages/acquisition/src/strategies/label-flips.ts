import { argmaxRow } from '@tangent/ntk';
import { expectedOverLabels } from '../expected-over-labels.js';
import type { Strategy } from '../strategy.js';

/**
 * Share of ‖e_ŷ − m‖ in the score: orders candidates that flip nothing. It outweighs a flip only where little is expected of
 * that: of the order of 1e-6, by a class that is as improbable or an evaluation item of as little relevance.
 */
const tieBreak = 1e-6;

/**
 * Expected number of evaluation items whose predicted class changes, E_y Σ_E w [argmax f₊ ≠ argmax m], over the three
 * likeliest classes of x′. Most candidates flip nothing, so 1e-6 · ‖e_ŷ − m(x′)‖ is added: among equals the item of which
 * the model knows least comes first. Source: MATH §4. Cost C · 3 · E · k.
 */
export const labelFlips: Strategy = {
  name: 'label-flips',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: true,
  reason: { kind: 'belief', because: 'a label here would turn the predictions of other items' },
  selection: 'greedy',
  assumesLabels: true,
  score(context) {
    const { posterior, numClasses: k } = context;
    const { mean, evaluationMean } = posterior;
    const before = Int32Array.from(posterior.evaluation, (_, e) => argmaxRow(evaluationMean, e, k));
    // Written out, because this is all that the strategy spends its time on.
    const isFlipped = (outputs: Float64Array, e: number): number => {
      const from = e * k;
      const stood = outputs[from + before[e]!]!;
      for (let j = 0; j < k; j++)
        if (outputs[from + j]! > stood || (outputs[from + j] === stood && j < before[e]!)) return 1;
      return 0;
    };
    return expectedOverLabels(context, isFlipped).map((flips, t) => {
      const y = argmaxRow(mean, t, k);
      let squared = 0;
      for (let j = 0; j < k; j++) squared += ((j === y ? 1 : 0) - mean[t * k + j]!) ** 2;
      return flips + tieBreak * Math.sqrt(squared);
    });
  },
};
