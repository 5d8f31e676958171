import { argmaxRow } from '@tangent/ntk';
import type { Strategy } from '../strategy.js';

/** Kernel rows that are computed at once; a matter of memory only. */
const rowsAtOnce = 512;

/**
 * Output change over E by one SGD step on (x′, ŷ) alone, instead of retraining on all labels: Δf(x) = η K(x, x′) (e_ŷ −
 * f(x′)), so that Σ_E w ‖Δf‖₂ = η ‖e_ŷ − f(x′)‖₂ Σ_E w |K(x, x′)|. f is the trained network, K its kernel without any
 * label; η changes no order and is left out. Nothing can be conditioned on a pick, so a batch is the best scores.
 * Source: Mohamadi, Bae, Sutherland, NeurIPS 2022 (a baseline there). Cost of a kernel block C × E.
 */
export const lookaheadOneStep: Strategy = {
  name: 'lookahead-one-step',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: ['gram', 'outputs'],
  looksAhead: true,
  reason: { kind: 'belief', because: 'one step of training on it would move many other predictions' },
  selection: 'top',
  assumesLabels: false,
  score({ posterior, numClasses: k, relevance, view }) {
    const { gram, outputs } = view as Required<typeof view>;
    const { tracked, evaluation } = posterior;
    const scores = new Float64Array(tracked.length);
    for (let from = 0; from < tracked.length; from += rowsAtOnce) {
      const rows = tracked.subarray(from, from + rowsAtOnce);
      const kernel = gram.block(rows, evaluation);
      rows.forEach((item, r) => {
        const y = argmaxRow(outputs, item, k);
        let squared = 0;
        for (let j = 0; j < k; j++) squared += ((j === y ? 1 : 0) - outputs[item * k + j]!) ** 2;
        let reach = 0;
        for (let e = 0; e < evaluation.length; e++)
          reach += (relevance?.[e] ?? 1) * Math.abs(kernel[r * evaluation.length + e]!);
        scores[from + r] = Math.sqrt(squared) * reach;
      });
    }
    return scores;
  },
};
