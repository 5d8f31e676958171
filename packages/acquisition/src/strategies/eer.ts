import { expectedOverLabels } from '../expected-over-labels.js';
import type { Strategy } from '../strategy.js';

/** Evaluation items looked at, drawn by the seed: the estimate needs no more, and every one costs k logarithms a label. */
const mostEvaluationItems = 256;

/** Outputs are clipped to [1e-4, 1] before they are normalised: an output below is no evidence for a class. */
const smallest = 1e-4;
const smallestLog = Math.log(smallest);

/**
 * Expected error reduction: −E_y Σ_E w H(f₊), the entropy that is left over the evaluation set once x′ has a label, over
 * its three likeliest classes. H is that of the outputs clipped to [1e-4, 1] and normalised.
 * Source: Roy & McCallum 2001 (log loss); MATH §4. Cost C · 3 · E · k for the outputs after the label, and
 * C · 3 · min(E, 256) · k logarithms for their entropies.
 */
export const eer: Strategy = {
  name: 'eer',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: true,
  reason: { kind: 'belief', because: 'a label here should leave the model surer of the rest' },
  selection: 'greedy',
  assumesLabels: true,
  score: (context) =>
    expectedOverLabels(
      context,
      (outputs, e) => negativeEntropy(outputs, e * context.numClasses, (e + 1) * context.numClasses),
      context.random.fork('eer-evaluation').sample(context.posterior.evaluation.length, mostEvaluationItems),
    ),
};

/** −H of the clipped, normalised outputs: (Σ f ln f)/s − ln s with s = Σ f. */
function negativeEntropy(outputs: Float64Array, from: number, to: number): number {
  let sum = 0;
  let weighted = 0;
  for (let at = from; at < to; at++) {
    const f = outputs[at]!;
    if (f <= smallest) {
      sum += smallest;
      weighted += smallest * smallestLog;
    } else if (f >= 1) sum += 1;
    else {
      sum += f;
      weighted += f * Math.log(f);
    }
  }
  return weighted / sum - Math.log(sum);
}
