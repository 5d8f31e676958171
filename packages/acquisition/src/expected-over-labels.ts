import { likelyClasses } from './likely-classes.js';
import type { ScoringContext } from './strategy.js';

// C candidates, E evaluation items, k classes.

/** Likeliest classes of a candidate that are looked at; their probabilities are normalised among them. */
const mostClasses = 3;

/**
 * E_y Σ_E w · measure(f₊(x)) for every candidate, [C]: what is expected of the outputs over the evaluation items once
 * the candidate has a label, where y runs over its three likeliest classes and f₊ = m + Δm is the exact look-ahead.
 * `measure` reads the row of f₊ at an offset, [k], and knows which evaluation item it is of. `evaluationRows`: the rows
 * of E that are looked at; all when absent. Cost C · 3 · E · k, and as much again of `measure`.
 */
export function expectedOverLabels(
  { posterior, probabilities, numClasses: k, relevance }: ScoringContext,
  measure: (outputs: Float64Array, e: number) => number,
  evaluationRows: Int32Array = Int32Array.from(posterior.evaluation, (_, e) => e),
): Float64Array {
  const now = posterior.evaluationMean;
  const outputs = new Float64Array(k);
  const residual = new Float64Array(k);
  return Float64Array.from({ length: posterior.numTracked }, (_, t) => {
    const labels = likelyClasses(probabilities, t, k, { most: mostClasses });
    const lookAhead = posterior.lookAt(t);
    let expected = 0;
    labels.classes.forEach((y, i) => {
      for (let j = 0; j < k; j++) residual[j] = (j === y ? 1 : 0) - posterior.mean[t * k + j]!;
      const change = lookAhead.evaluationChange(residual);
      let sum = 0;
      for (const e of evaluationRows) {
        for (let j = 0; j < k; j++) outputs[j] = now[e * k + j]! + change[e * k + j]!;
        sum += (relevance?.[e] ?? 1) * measure(outputs, e);
      }
      expected += labels.probabilities[i]! * sum;
    });
    return expected;
  });
}
