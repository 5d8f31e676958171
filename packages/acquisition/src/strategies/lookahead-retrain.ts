import { argmaxRow } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/** A training for every candidate is a matter of hours beyond so many. */
const mostCandidates = 2000;

/**
 * The reference that the kernel approximates: for every candidate the network is trained again with its pseudo-label
 * ŷ = argmax m(x′), and the score is Σ_E w ‖f₊ − f₀‖₂. f₀ is a control that is trained in the same way without the
 * candidate: the optimiser moves outputs further than one label does, and would hide what the label changes.
 * Source: Mohamadi, Bae, Sutherland, NeurIPS 2022 (naive retraining). Cost C + 1 trainings.
 * Throws RangeError above 2,000 candidates, and for outputs that are not [E, k].
 */
export const lookaheadRetrain: Strategy = {
  name: 'lookahead-retrain',
  version: 2,
  ridgeRelative: () => 1e-2,
  needs: ['retrain'],
  looksAhead: true,
  reason: { kind: 'belief', because: 'trained with it, the model would answer differently elsewhere' },
  selection: 'top',
  assumesLabels: false,
  score({ posterior, numClasses: k, relevance, view }) {
    const { retrain } = view as Required<typeof view>;
    const { tracked, evaluation, mean } = posterior;
    if (tracked.length > mostCandidates)
      throw new RangeError(
        `strategy lookahead-retrain: ${tracked.length} candidates are as many trainings, more than ${mostCandidates}; ` +
          'draw fewer candidates, filter them by margin, or choose mlmoc, which computes the same without training',
      );
    const trained = (item: number | null, y: number) => {
      const outputs = retrain(item, y);
      if (outputs.length !== evaluation.length * k)
        throw new RangeError(
          `strategy lookahead-retrain: retraining gave ${outputs.length} outputs for ${evaluation.length} evaluation items of ${k} classes`,
        );
      return outputs;
    };
    const control = trained(null, 0);
    return Float64Array.from(tracked, (item, t) => {
      const outputs = trained(item, argmaxRow(mean, t, k));
      let sum = 0;
      for (let e = 0; e < evaluation.length; e++) {
        let squared = 0;
        for (let at = e * k; at < (e + 1) * k; at++) squared += (outputs[at]! - control[at]!) ** 2;
        sum += (relevance?.[e] ?? 1) * Math.sqrt(squared);
      }
      return sum;
    });
  },
};
