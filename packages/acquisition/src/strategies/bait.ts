import { cholesky, choleskySolve, matmul64 } from '@tangent/compute';
import type { Posterior } from '@tangent/ntk';
import { jointCovariance, numOutputsOf } from '../joint-covariance.js';
import { bestUntaken } from '../order.js';
import type { Strategy } from '../strategy.js';

/** Candidates picked forward for each that is left after pruning, as published. */
const oversampling = 2;

/** Rows of the matrix that is pruned: outputs times picks. Wide eNTK blocks are picked forward with less to prune. */
const mostRows = 2048;

/**
 * BAIT for squared loss: the set S of candidates that leaves the least tr((Φ_SᵀΦ_S + λI)⁻¹ Σ_E w φφᵀ), the total
 * variance over the evaluation set. Twice the batch is picked forward, each the largest drop of total variance; then the
 * pick that is missed least is taken out, again and again, until the batch is left. What looked best one by one (the only
 * thing that `vtl` knows) is so corrected for what the later picks made superfluous. First scores are those of `vtl`.
 * Source: Ash et al., *Gone Fishing*, NeurIPS 2021, algorithm 1. Cost 2B · C · E forward, B · (2B)² for pruning.
 */
export const bait: Strategy = {
  name: 'bait',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: [],
  looksAhead: true,
  reason: { kind: 'variance-share' },
  selection: 'set',
  score: ({ posterior }) => posterior.varianceDrops(),
  select({ posterior, ids, relevance }, numPicks) {
    const numOutputs = numOutputsOf(posterior);
    const wanted = Math.min(oversampling * numPicks, ids.length, Math.floor(mostRows / numOutputs));
    const { order, scores } = forward(posterior, ids, Math.max(numPicks, wanted));
    const kept = survivors(posterior.restrict(order), relevance, numPicks, numOutputs);
    return { order: order.filter((_, p) => kept.has(p)), scores: scores.filter((_, p) => kept.has(p)) };
  },
};

/** The largest drop of total variance, one after the other. */
function forward(posterior: Posterior, ids: readonly string[], count: number) {
  const state = posterior.restrict(Int32Array.from(ids, (_, i) => i));
  const isTaken = new Uint8Array(ids.length);
  const order = new Int32Array(count);
  const scores = new Float64Array(count);
  for (let pick = 0; pick < count; pick++) {
    const drops = state.varianceDrops();
    const best = bestUntaken(drops, ids, isTaken);
    isTaken[best] = 1;
    order[pick] = best;
    scores[pick] = drops[best]!;
    if (pick + 1 < count) state.assume(best);
  }
  return { order, scores };
}

/**
 * Positions among the tracked items that are left when all but `count` are taken out, each time the one whose absence
 * raises the total variance least (of equals, the last). With H = (c_PP + λI)⁻¹ and N = c_PE W c_EP the drop that all
 * P bring is tr(HN), and without item i it is smaller by tr(H_ii⁻¹ (HNH)_ii); H and HNH without i are Schur complements.
 */
function survivors(
  picks: Posterior,
  relevance: Float64Array | null,
  count: number,
  m: number,
): ReadonlySet<number> {
  const left = new Set(Array.from({ length: picks.numTracked }, (_, p) => p));
  if (left.size <= count) return left;
  const { tracked, evaluation } = jointCovariance(picks, m);
  const n = picks.numTracked * m;
  const numE = picks.evaluation.length * m;
  for (let i = 0; i < n; i++) tracked[i * n + i]! += picks.ridge;
  const weighted = evaluation.map((c, at) => (relevance?.[Math.floor((at % numE) / m)] ?? 1) * c);
  const squares = matmul64(weighted, evaluation, { m: n, k: numE, n, transposeB: true });
  // λ is on the diagonal: jitter would only hide NaN, or a covariance that is none.
  const factor = cholesky(tracked, n, { maxJitterRelative: 0 });
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  const h = choleskySolve(factor, identity, n);
  const hnh = matmul64(matmul64(h, squares, { m: n, k: n, n }), h, { m: n, k: n, n });
  while (left.size > count) {
    let least = -1;
    let leastLoss = Number.POSITIVE_INFINITY;
    for (const p of left) {
      const loss = lossWithout(h, hnh, n, p * m, m);
      if (loss <= leastLoss) [least, leastLoss] = [p, loss];
    }
    if (least < 0)
      throw new RangeError('strategy bait: the kernel holds NaN, so that no pick can be compared');
    left.delete(least);
    for (let row = least * m; row < (least + 1) * m; row++) eliminateInPlace(h, hnh, n, row);
  }
  return left;
}

/** tr(H_ii⁻¹ S_ii) of the diagonal blocks that start at row `at`. */
function lossWithout(h: Float64Array, s: Float64Array, n: number, at: number, m: number): number {
  if (m === 1) return s[at * n + at]! / h[at * n + at]!;
  const block = (from: Float64Array) =>
    Float64Array.from({ length: m * m }, (_, i) => from[(at + Math.floor(i / m)) * n + at + (i % m)]!);
  const solved = choleskySolve(cholesky(block(h), m, { maxJitterRelative: 0 }), block(s), m);
  let trace = 0;
  for (let a = 0; a < m; a++) trace += solved[a * m + a]!;
  return trace;
}

/** H ← H − hhᵀ/α, S ← H′NH′ with h = H_:i and α = H_ii: both without row i, which becomes 0. */
function eliminateInPlace(h: Float64Array, s: Float64Array, n: number, i: number): void {
  const column = Float64Array.from({ length: n }, (_, r) => h[r * n + i]!);
  const ofS = Float64Array.from({ length: n }, (_, r) => s[r * n + i]!);
  const alpha = column[i]!;
  const inner = ofS[i]!;
  for (let r = 0; r < n; r++)
    for (let c = 0; c < n; c++) {
      const at = r * n + c;
      const [hr, hc] = [column[r]! / alpha, column[c]! / alpha];
      s[at]! -= hr * ofS[c]! + ofS[r]! * hc - hr * hc * inner;
      h[at]! -= hr * column[c]!;
    }
}
