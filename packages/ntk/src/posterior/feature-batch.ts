import { oneHot } from '../probabilities.js';
import type { FeaturePosterior } from './feature-posterior.js';

// T tracked items, k classes. Scores by name as in packages/acquisition, for pools that no array of contexts should be
// made of: one loop over the items, and nothing allocated but the scores.

export type FeatureScore = 'lookahead' | 'vtl' | 'mlmoc-l2';

/**
 * Scores of all tracked items, [T], higher is better (MATH §4): `vtl` n/(q + λ); `lookahead` that times 1 − (p₁ − p₂), p
 * as `probabilitiesOf` reads the mean; `mlmoc-l2` ‖e_ŷ − m‖² n/(q + λ)² with ŷ = argmax m. Cost T·k. Writes into `scores`
 * and returns it.
 */
export function featureScores(
  posterior: FeaturePosterior,
  score: FeatureScore,
  scores: Float64Array = new Float64Array(posterior.numTracked),
): Float64Array {
  const { mean, variance, ridge, numClasses: k } = posterior;
  const reduction = posterior.reduction();
  for (let t = 0; t < scores.length; t++) {
    const scale = variance[t]! + ridge;
    const drop = reduction[t]! / scale;
    if (score === 'vtl') scores[t] = drop;
    else if (score === 'lookahead') scores[t] = (1 - marginAt(mean, t * k, k)) * drop;
    else scores[t] = (pseudoSquareAt(mean, t * k, k) * drop) / scale;
  }
  return scores;
}

/** p₁ − p₂ of one row; see `marginsOf` and `probabilitiesOf`. */
function marginAt(mean: Float64Array, from: number, k: number): number {
  if (k === 1) return 1;
  let sum = 0;
  let first = -1;
  let second = -1;
  for (let j = from; j < from + k; j++) {
    const p = Math.min(1, Math.max(0, mean[j]!)) + 1e-6;
    sum += p;
    if (p > first) {
      second = first;
      first = p;
    } else if (p > second) second = p;
  }
  return (first - second) / sum;
}

/** ‖e_ŷ − m‖² = ‖m‖² − 2m_ŷ + 1 of one row. */
function pseudoSquareAt(mean: Float64Array, from: number, k: number): number {
  let square = 0;
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = from; j < from + k; j++) {
    const m = mean[j]!;
    square += m * m;
    if (m > largest) largest = m;
  }
  return Math.max(0, square - 2 * largest + 1);
}

export interface FeatureBatch {
  /** Positions among the tracked items, in the order of the picks. */
  readonly positions: Int32Array;
  /** The score that each was picked by. */
  readonly scores: Float64Array;
}

/**
 * Picks a batch greedily among all tracked items without a label: the best, then the best given it, and so on (MATH §5).
 * Like `selectBatch` of packages/acquisition, with nothing copied but m, q and n: for pools of a million. `mlmoc-l2`
 * assumes pseudo-labels, the others condition the covariance only. `pending` are positions whose labels are on their way.
 * Ties go to the lowest position. One pass over the features a pick; 8T(k + 3) bytes.
 */
export function greedyFeatureBatch(
  posterior: FeaturePosterior,
  options: {
    readonly score: FeatureScore;
    readonly batchSize: number;
    readonly pending?: Int32Array;
    readonly onPick?: (numPicked: number) => void;
  },
): FeatureBatch {
  const { score, batchSize, pending = new Int32Array(), onPick } = options;
  const { numTracked, numClasses: k, tracked, observations } = posterior;
  const state = posterior.restrict(Int32Array.from({ length: numTracked }, (_, t) => t));
  const isTaken = Uint8Array.from(tracked, (item) => Number(observations.has(item)));
  const assume = (t: number) => {
    isTaken[t] = 1;
    state.assume(t, score === 'mlmoc-l2' ? pseudoLabel(state.mean, t * k, k) : undefined);
  };
  for (const t of pending) assume(t);
  const numPicks = Math.min(
    batchSize,
    isTaken.reduce((free, taken) => free + 1 - taken, 0),
  );
  const positions = new Int32Array(numPicks);
  const picked = new Float64Array(numPicks);
  const scores = new Float64Array(numTracked);
  for (let pick = 0; pick < numPicks; pick++) {
    featureScores(state, score, scores);
    let best = -1;
    for (let t = 0; t < numTracked; t++)
      if (!isTaken[t] && (best < 0 || scores[t]! > scores[best]!)) best = t;
    positions[pick] = best;
    picked[pick] = scores[best]!;
    if (pick + 1 < numPicks) assume(best);
    onPick?.(pick + 1);
  }
  return { positions, scores: picked };
}

function pseudoLabel(mean: Float64Array, from: number, k: number): Float64Array {
  let best = 0;
  for (let j = 1; j < k; j++) if (mean[from + j]! > mean[from + best]!) best = j;
  return oneHot(best, k);
}
