import type { Posterior } from '../posterior/posterior.js';
import { labeledOf } from './leave-one-out.js';
import { gcvOf } from './ridge-choice.js';

// N labeled, E evaluation items, B further labels, k classes.

/** Squared error on new items, ‖y − m(x)‖² summed over the classes: now, and as labels come. */
export interface RiskForecast {
  /** GCV now (MATH §6). */
  readonly now: number;
  /** After 1 … B further labels, [B]. */
  readonly after: Float64Array;
  /** tr H = Σ_L q/λ: how many directions the labels determine. */
  readonly effectiveDimension: number;
  /** The scale s² that the kernel has by GCV: residuals y − f have the covariance s²(K + λI). */
  readonly scale: number;
}

/**
 * Forecasts the risk from the labels alone. Now: (‖Y − m‖²/N)/(1 − tr H/N)² with H = K_LL(K_LL + λI)⁻¹ on the labeled
 * items. After further labels: if y − f_L is a Gaussian process with covariance s²(K + λI), the risk at x is
 * ks²(q(x) + λ), whatever the labels say. GCV sets s², and every label takes its variance drop off Σ_E w q, so that
 *
 *   risk(b) = GCV · (q̄ − Σ_{i ≤ b} drop_i/Σw + λ)/(q̄ + λ),   q̄ = Σ_E w q/Σw.
 *
 * What this assumes: the kernel and the ridge describe the labels (targets vary like K, noise like λ); f_L has not seen
 * the labels (it is 0, or of a model trained without them: an interpolating network makes GCV meaningless); labeled items
 * and E are drawn like the items that the risk is of, or nearly so — labels picked by a look-ahead score are more
 * unusual than the pool, so that GCV then errs on the side of caution. The next labels are those of `drops`.
 * drops: [B], as `greedyDrops` gives them. totalRelevance: Σ_E w; default the number of evaluation items.
 * Cost N·k. Throws RangeError where a posterior does not track its labeled items.
 */
export function forecastRisk(
  posterior: Posterior,
  drops: ArrayLike<number>,
  options: { readonly totalRelevance?: number } = {},
): RiskForecast {
  const { numClasses: k, ridge, observations } = posterior;
  const { totalRelevance = posterior.evaluation.length } = options;
  const { items, positions } = labeledOf(posterior);
  let [squares, effectiveDimension] = [0, 0];
  items.forEach((item, l) => {
    const t = positions[l]!;
    const target = observations.get(item)!;
    effectiveDimension += posterior.variance[t]! / ridge;
    for (let j = 0; j < k; j++) squares += (target[j]! - posterior.mean[t * k + j]!) ** 2;
  });
  const now = gcvOf(squares, items.length, effectiveDimension);
  const variance = posterior.totalVariance() / totalRelevance;
  const after = new Float64Array(drops.length);
  let left = variance;
  for (let b = 0; b < drops.length; b++) {
    left = Math.max(0, left - drops[b]! / totalRelevance);
    after[b] = (now * (left + ridge)) / (variance + ridge);
  }
  return { now, after, effectiveDimension, scale: now / (k * (variance + ridge)) };
}

/**
 * The variance drops of the next labels picked greedily by them, and the positions picked: what `forecastRisk` takes.
 * Works on a copy. Cost of `numLabels` updates. Ties go to the lowest position.
 */
export function greedyDrops(
  posterior: Posterior,
  candidates: Int32Array,
  numLabels: number,
): { readonly positions: Int32Array; readonly drops: Float64Array } {
  const state = posterior.restrict(candidates);
  const count = Math.min(numLabels, candidates.length);
  const positions = new Int32Array(count);
  const drops = new Float64Array(count);
  const isTaken = new Uint8Array(candidates.length);
  for (let pick = 0; pick < count; pick++) {
    const now = state.varianceDrops();
    let best = -1;
    for (let t = 0; t < now.length; t++) if (!isTaken[t] && (best < 0 || now[t]! > now[best]!)) best = t;
    isTaken[best] = 1;
    positions[pick] = candidates[best]!;
    drops[pick] = now[best]!;
    state.assume(best);
  }
  return { positions, drops };
}
