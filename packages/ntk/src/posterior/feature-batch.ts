import { argmaxRow, marginOfMean, oneHot } from '../probabilities.js';
import { topPositions } from '../top-positions.js';
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
  // A loop each: with the choice inside it, a pool of 100,000 took three times as long.
  for (let t = 0; t < scores.length; t++) scores[t] = reduction[t]! / (variance[t]! + ridge);
  if (score === 'lookahead')
    for (let t = 0; t < scores.length; t++) scores[t]! *= 1 - marginOfMean(mean, t, k);
  if (score === 'mlmoc-l2')
    for (let t = 0; t < scores.length; t++)
      scores[t] = (pseudoSquareAt(mean, t * k, k) * scores[t]!) / (variance[t]! + ridge);
  return scores;
}

/** The score of the item at a position, from the state as it is when it is asked. */
function scoreAt(posterior: FeaturePosterior, score: FeatureScore): (t: number) => number {
  const { mean, variance, ridge, numClasses: k } = posterior;
  const reduction = posterior.reduction();
  return (t) => {
    const scale = variance[t]! + ridge;
    const drop = reduction[t]! / scale;
    if (score === 'vtl') return drop;
    if (score === 'lookahead') return (1 - marginOfMean(mean, t, k)) * drop;
    return (pseudoSquareAt(mean, t * k, k) * drop) / scale;
  };
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

/** Picks that a pass over the pool takes in at once, when all goes well. */
const mostPicksPerPass = 8;

/**
 * Picks a batch greedily among all tracked items without a label: the best, then the best given it, and so on (MATH §5).
 * Like `selectBatch` of packages/acquisition, with nothing copied but m, q and n: for pools of a million. `lookahead` and
 * `mlmoc-l2` assume for every pick the class that is predicted, as the strategies of these names do, so that the means move
 * too; `vtl` knows no means and conditions the covariance only. `pending` are positions whose labels are on their way.
 * Ties go to the lowest position.
 *
 * A pass over a large pool is bound by memory, whether it takes in one pick or eight. So a few picks are made on a
 * shortlist, and the pass that takes them in sees whether any other item had scored more at its pick: the picks from
 * there on are made anew. The batch is that of the plain loop, to the rounding of the passes. 16T(k + 3) bytes.
 */
export function greedyFeatureBatch(
  posterior: FeaturePosterior,
  options: {
    readonly score: FeatureScore;
    readonly batchSize: number;
    readonly pending?: Int32Array;
    /** Items on the shortlist; pools of less than four times as many go without one. Default 16,384. */
    readonly shortlistSize?: number;
    readonly onPick?: (numPicked: number) => void;
  },
): FeatureBatch {
  const { score, batchSize, pending = new Int32Array(), shortlistSize = 16_384, onPick } = options;
  const { numTracked, tracked, observations } = posterior;
  let state = posterior.copy();
  const isTaken = Uint8Array.from(tracked, (item) => Number(observations.has(item)));
  for (const t of pending) {
    isTaken[t] = 1;
    state.assumeAll([{ t, target: assumedTarget(state, t, score) }]);
  }
  const numPicks = Math.min(
    batchSize,
    isTaken.reduce((free, taken) => free + 1 - taken, 0),
  );
  const mayLookAhead = numTracked >= 4 * shortlistSize;
  const picks: Pick[] = [];
  const scores = new Float64Array(numTracked);
  let window = mayLookAhead ? mostPicksPerPass : 1;
  while (picks.length < numPicks) {
    featureScores(state, score, scores);
    for (let t = 0; t < numTracked; t++) if (isTaken[t]) scores[t] = Number.NEGATIVE_INFINITY;
    const count = Math.min(window, numPicks - picks.length);
    const shortlist = topPositions(scores, count > 1 ? shortlistSize : 1).sort();
    const tried =
      count > 1
        ? pickOn(state, shortlist, count, score, isTaken)
        : [firstOf(state, shortlist, scores, score)];
    const before = count > 1 ? state.copy() : state;
    const numRight = takeIn(state, tried, shortlist, isTaken, score);
    if (numRight < tried.length) {
      state = before;
      state.assumeAll(tried.slice(0, numRight));
    }
    window = mayLookAhead ? Math.min(mostPicksPerPass, numRight < tried.length ? numRight : 2 * window) : 1;
    for (const pick of tried.slice(0, numRight)) {
      isTaken[pick.t] = 1;
      picks.push(pick);
      onPick?.(picks.length);
    }
  }
  return {
    positions: Int32Array.from(picks, ({ t }) => t),
    scores: Float64Array.from(picks, (pick) => pick.score),
  };
}

interface Pick {
  readonly t: number;
  readonly score: number;
  readonly target: Float64Array | null;
}

function firstOf(
  state: FeaturePosterior,
  shortlist: Int32Array,
  scores: Float64Array,
  score: FeatureScore,
): Pick {
  const t = shortlist[0]!;
  return { t, score: scores[t]!, target: assumedTarget(state, t, score) };
}

/** The plain loop on the shortlist alone, ascending positions. */
function pickOn(
  state: FeaturePosterior,
  shortlist: Int32Array,
  count: number,
  score: FeatureScore,
  isTaken: Uint8Array,
): Pick[] {
  const part = state.restrict(shortlist);
  const isPicked = Uint8Array.from(shortlist, (t) => isTaken[t]!);
  const scores = new Float64Array(shortlist.length);
  const picks: Pick[] = [];
  while (picks.length < count) {
    featureScores(part, score, scores);
    let best = -1;
    for (let i = 0; i < scores.length; i++)
      if (!isPicked[i] && (best < 0 || scores[i]! > scores[best]!)) best = i;
    if (best < 0) break;
    isPicked[best] = 1;
    const target = assumedTarget(part, best, score);
    picks.push({ t: shortlist[best]!, score: scores[best]!, target });
    if (picks.length < count) part.assumeAll([{ t: best, target }]);
  }
  return picks;
}

/** Conditions the state on all picks and says how many of them were right: no item off the shortlist scored more. */
function takeIn(
  state: FeaturePosterior,
  picks: readonly Pick[],
  shortlist: Int32Array,
  isTaken: Uint8Array,
  score: FeatureScore,
): number {
  if (picks.length === 1) {
    state.assumeAll(picks);
    return 1;
  }
  const isWatched = isTaken.map((taken) => 1 - taken);
  for (const t of shortlist) isWatched[t] = 0;
  const at = scoreAt(state, score);
  let numRight = picks.length;
  state.assumeAll(picks, (row, numLabels) => {
    if (numLabels >= numRight || !isWatched[row]) return;
    const pick = picks[numLabels]!;
    const value = at(row);
    if (value > pick.score || (value === pick.score && row < pick.t)) numRight = numLabels;
  });
  return numRight;
}

/** The pseudo-label, the class predicted; none for a score that means do not enter. */
function assumedTarget(state: FeaturePosterior, t: number, score: FeatureScore): Float64Array | null {
  const { mean, numClasses: k } = state;
  return score === 'vtl' ? null : oneHot(argmaxRow(mean, t, k), k);
}
