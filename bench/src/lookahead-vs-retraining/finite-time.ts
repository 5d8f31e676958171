import { matmul64, symmetricEigen } from '@tangent/compute';
import { exactGram, gradientFactors, takeRows } from '@tangent/ntk';
import { timedScores } from './look-ahead.js';
import type { Reference } from './retrain.js';
import { pseudoLabels, type Task } from './task.js';

// L labeled, E evaluation, C candidates, k classes. K_LL = V diag(σ) Vᵀ; u = Vᵀk(L, x′), κ = K(x′, x′). Row-major float64.

export interface FiniteTimeScores {
  /** Σ_E ‖Δf‖₂ of every sampled candidate. */
  readonly changes: Float64Array;
  /** The kernel and its eigenvectors being there. */
  readonly msPerCandidate: number;
}

/**
 * What the pseudo-NTK (trace, no layer balanced) says of a training that is not run to its end: the reference's own descent
 * in function space, with the kernel frozen, on the labels and the candidate, less that on the labels alone. Steps, rate and
 * momentum are the reference's: nothing is fitted. In the eigenvectors of K_LL a candidate borders a diagonal, so that a
 * step costs 4Lk flops; then 2ELk for the outputs. Source: MATH §3 (finite t), in the steps of the optimiser.
 * Throws RangeError for an optimiser that is no gradient descent.
 */
export function finiteTimeLookAhead(task: Task, { optimizer, epochs }: Reference): FiniteTimeScores {
  if (optimizer.type !== 'sgd') throw new RangeError(`${optimizer.type} is no gradient descent`);
  const { learningRate, momentum = 0 } = optimizer;
  const { pool, network, labeled, candidates, evaluation } = task;
  const { numClasses: k } = pool;
  const [numL, numE, numC] = [labeled.length, evaluation.length, candidates.length];
  const factors = gradientFactors(network, pool.x, pool.numItems, { type: 'trace' });
  const gram = exactGram(
    factors,
    factors.layers.map(() => 1),
  );
  const block = (rows: Int32Array, columns: Int32Array) => Float64Array.from(gram.block(rows, columns));
  const { values, vectors } = symmetricEigen(block(labeled, labeled), numL);
  const rotated = (matrix: Float64Array, n: number) =>
    matmul64(vectors, matrix, { m: numL, k: numL, n, transposeA: true });
  const outputs = takeRows(factors.outputs, k, labeled);
  const known = rotated(
    Float64Array.from(outputs, (f, i) => Number(pool.classes[labeled[Math.floor(i / k)]!] === i % k) - f),
    k,
  );
  const borders = rotated(block(labeled, candidates), numC);
  const onLabels = matmul64(block(evaluation, labeled), vectors, { m: numE, k: numL, n: numL });
  const onCandidates = block(evaluation, candidates);
  const { residuals } = pseudoLabels(task, candidates, factors.outputs);
  const optimiser = { learningRate, momentum, epochs };
  const control = descend({ values, border: null, diagonal: 0 }, known, k, optimiser);

  const score = (): Float64Array => {
    // Of all candidates side by side, so that the outputs are one product.
    const moves = new Float64Array(numL * numC * k);
    const ownMoves = new Float64Array(numC * k);
    candidates.forEach((item, c) => {
      const border = Float64Array.from({ length: numL }, (_, l) => borders[l * numC + c]!);
      const residual = new Float64Array((numL + 1) * k);
      residual.set(known);
      residual.set(residuals.subarray(c * k, (c + 1) * k), numL * k);
      const weights = descend({ values, border, diagonal: gram.diagonal[item]! }, residual, k, optimiser);
      for (let l = 0; l < numL; l++)
        for (let j = 0; j < k; j++) moves[(l * numC + c) * k + j] = weights[l * k + j]! - control[l * k + j]!;
      ownMoves.set(weights.subarray(numL * k), c * k);
    });
    const moved = matmul64(onLabels, moves, { m: numE, k: numL, n: numC * k });
    const sums = new Float64Array(numC);
    for (let e = 0, at = 0; e < numE; e++)
      for (let c = 0; c < numC; c++) {
        const kernel = onCandidates[e * numC + c]!;
        let square = 0;
        for (let j = 0; j < k; j++, at++) square += (moved[at]! + kernel * ownMoves[c * k + j]!) ** 2;
        sums[c]! += Math.sqrt(square);
      }
    return sums;
  };
  const { value: changes, ms } = timedScores(score);
  return { changes, msPerCandidate: ms / numC };
}

/** diag(σ), bordered by u and κ where there is a candidate. */
interface Bordered {
  readonly values: Float64Array;
  readonly border: Float64Array | null;
  readonly diagonal: number;
}

/**
 * The coefficients α after so many full steps on the mean of Σ (f − y)², with f = f(0) + Kα: v ← μv + (R − Kα), then
 * α ← α + 2η/n · v. residual: R = Y − f(0), [n, k].
 */
function descend(
  { values, border, diagonal }: Bordered,
  residual: Float64Array,
  k: number,
  { learningRate, momentum, epochs }: { learningRate: number; momentum: number; epochs: number },
): Float64Array {
  const numL = values.length;
  const rate = (2 * learningRate * k) / residual.length;
  const weights = new Float64Array(residual.length);
  const velocity = new Float64Array(residual.length);
  const last = numL * k;
  for (let step = 0; step < epochs; step++) {
    for (let i = 0; i < velocity.length; i++) velocity[i] = momentum * velocity[i]! + residual[i]!;
    for (let l = 0, at = 0; l < numL; l++) {
      const [sigma, u] = [values[l]!, border ? border[l]! : 0];
      for (let j = 0; j < k; j++, at++) {
        velocity[at]! -= sigma * weights[at]!;
        if (!border) continue;
        velocity[at]! -= u * weights[last + j]!;
        velocity[last + j]! -= u * weights[at]!;
      }
    }
    if (border) for (let j = last; j < last + k; j++) velocity[j]! -= diagonal * weights[j]!;
    for (let i = 0; i < weights.length; i++) weights[i]! += rate * velocity[i]!;
  }
  return weights;
}
