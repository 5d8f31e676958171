import { likelyClasses } from './likely-classes.js';
import type { ScoringContext } from './strategy.js';

// C candidates, E evaluation items, k classes.

/** Likeliest classes of a candidate that are looked at; their probabilities are normalised among them. */
const mostClasses = 3;

/**
 * E_y Σ_E w · measure(f₊, e) for every candidate, [C]: what is expected of the outputs over the evaluation items once the
 * candidate has a label, where y runs over its three likeliest classes and f₊ = m + Δm, [E, k], is the exact look-ahead.
 * `measure` looks at row e. `evaluationRows`: the rows of E that are looked at; all when absent.
 * Cost C · 3 · E · k, and as much again of `measure`.
 */
export function expectedOverLabels(
  { posterior, probabilities, numClasses: k, relevance }: ScoringContext,
  measure: (outputs: Float64Array, e: number) => number,
  evaluationRows: Int32Array = Int32Array.from(posterior.evaluation, (_, e) => e),
): Float64Array {
  const { mean, evaluationMean: now, numTracked } = posterior;
  const outputs = new Float64Array(now.length);
  const residual = new Float64Array(k);
  const expected = new Float64Array(numTracked);
  for (let t = 0; t < numTracked; t++) {
    const labels = likelyClasses(probabilities, t, k, { most: mostClasses });
    const lookAhead = posterior.lookAt(t);
    for (let i = 0; i < labels.classes.length; i++) {
      for (let j = 0; j < k; j++) residual[j] = (j === labels.classes[i] ? 1 : 0) - mean[t * k + j]!;
      const change = lookAhead.evaluationChange(residual);
      for (let at = 0; at < outputs.length; at++) outputs[at] = now[at]! + change[at]!;
      let sum = 0;
      for (let r = 0; r < evaluationRows.length; r++) {
        const e = evaluationRows[r]!;
        sum += (relevance === null ? 1 : relevance[e]!) * measure(outputs, e);
      }
      expected[t]! += labels.probabilities[i]! * sum;
    }
  }
  return expected;
}
