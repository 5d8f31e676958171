import { cholesky, choleskySolve, GramAccumulator, gemm, matmul64 } from '@tangent/compute';
import { inner, inverseOf, symmetriseInPlace } from '../posterior/symmetric.js';
import {
  bestOf,
  defaultRidges,
  gcvOf,
  type RidgeChoice,
  type RidgeCriterion,
  type RidgeScore,
} from './ridge-choice.js';

// N examples, d features, k outputs. G = ΦᵀΦ [d, d], C = ΦᵀY [d, k], A = G + λI. Row-major; features float32, else float64.

/** Examples that follow one another: features [n, d] and targets [n, k]. */
export interface RegressionBlock {
  readonly features: Float32Array;
  readonly targets: Float32Array | Float64Array;
}

export interface FeatureRidgeOptions {
  /** Gives the examples in blocks, anew at every call; no two blocks need to be in memory at once. */
  readonly blocks: () => Iterable<RegressionBlock>;
  readonly dimension: number;
  readonly numOutputs: number;
  /** λ relative to the mean kernel diagonal ‖φ‖²: one, or a grid to choose from; default `defaultRidges`. */
  readonly ridgeRelative?: number | readonly number[];
  /**
   * How to choose; default `gcv`, which needs no second pass. `leave-one-out` reads the blocks once more and costs
   * 2Nd² flops a ridge.
   */
  readonly criterion?: RidgeCriterion;
}

/** Kernel regression with K = ΦΦᵀ in its primal form: W = A⁻¹ΦᵀY. */
export interface FeatureRidge extends RidgeChoice {
  readonly numExamples: number;
  /** W, [d, k]. */
  readonly weights: Float64Array;
  /** ΦW, [n, k], of any examples: 2ndk flops. */
  predict(features: Float32Array): Float64Array;
  /** Calls `visit` with the exact leave-one-out predictions of every block, [n, k]: y − e/(1 − H_ii). 2Nd² flops. */
  leaveOneOut(visit: (predictions: Float64Array, block: RegressionBlock) => void): void;
}

/** Rows that are worked on in float64 at a time. */
const chunkRows = 1_024;

/**
 * Kernel regression for N far beyond what an N×N matrix allows: 50,000 examples of 2,048 features need d²·8 = 32 MiB
 * beside a block. 2Nd² + grid·3d³ flops. Throws RangeError for blocks whose shapes do not fit, or that hold NaN, and
 * NotPositiveDefiniteError.
 */
export function featureRidge(options: FeatureRidgeOptions): FeatureRidge {
  const { dimension: d, numOutputs: k, blocks, ridgeRelative = defaultRidges, criterion = 'gcv' } = options;
  const { gram, projected, squares, numExamples } = accumulate(options);
  let trace = 0;
  for (let i = 0; i < d; i++) trace += gram[i * (d + 1)]!;
  const grid = typeof ridgeRelative === 'number' ? [ridgeRelative] : ridgeRelative;
  const solve = (relative: number) => {
    const given = (relative * trace) / numExamples;
    const a = gram.slice();
    for (let i = 0; i < d; i++) a[i * (d + 1)]! += given;
    const factor = cholesky(a, d);
    return { factor, ridge: given + factor.jitter, weights: choleskySolve(factor, projected, k) };
  };
  const curve = grid.map((relative): RidgeScore => {
    const { factor, ridge, weights } = solve(relative);
    const inverse = inverseOf(factor);
    let traceInverse = 0;
    for (let i = 0; i < d; i++) traceInverse += inverse[i * (d + 1)]!;
    const effectiveDimension = d - ridge * traceInverse;
    // ‖Y − ΦW‖² = ‖Y‖² − 2⟨W, C⟩ + ⟨W, GW⟩.
    const fitted = matmul64(gram, weights, { m: d, k: d, n: k });
    const left = Math.max(0, squares - 2 * inner(weights, projected) + inner(weights, fitted));
    let loo: number | null = null;
    if (criterion === 'leave-one-out') {
      let sum = 0;
      leftOut(blocks(), inverse, weights, d, k, (predictions, { targets }) => {
        for (let i = 0; i < predictions.length; i++) sum += (targets[i]! - predictions[i]!) ** 2;
      });
      loo = sum / numExamples;
    }
    return {
      ridge,
      ridgeRelative: relative,
      jitter: factor.jitter,
      effectiveDimension,
      gcv: gcvOf(left, numExamples, effectiveDimension),
      leaveOneOut: loo,
    };
  });
  const choice = bestOf(curve, criterion);
  const { factor, weights } = solve(choice.best.ridgeRelative);
  return {
    ...choice,
    numExamples,
    weights,
    predict: (features) => predictions(features, weights, d, k),
    leaveOneOut: (visit) => leftOut(blocks(), inverseOf(factor), weights, d, k, visit),
  };
}

function accumulate({ blocks, dimension: d, numOutputs: k }: FeatureRidgeOptions) {
  const gram = new GramAccumulator(d);
  const projected = new Float64Array(d * k);
  let squares = 0;
  for (const { features, targets } of blocks()) {
    const n = features.length / d;
    if (!Number.isInteger(n) || targets.length !== n * k)
      throw new RangeError(
        `block after ${gram.numExamples} examples: ${features.length} features of ${d} and ${targets.length} targets of ` +
          `${k} are not of as many examples`,
      );
    gram.add(features);
    for (let from = 0; from < n; from += chunkRows) {
      const to = Math.min(n, from + chunkRows);
      const x = Float64Array.from(features.subarray(from * d, to * d));
      const y = Float64Array.from(targets.subarray(from * k, to * k));
      gemm({ m: d, n: k, k: to - from, a: x, b: y, c: projected, transposeA: true, beta: 1 });
      squares += inner(y, y);
    }
    if (!Number.isFinite(squares + gram.sum[0]!) || gram.sum.some((value) => !Number.isFinite(value)))
      throw new RangeError(
        `the examples from ${gram.numExamples - n} to ${gram.numExamples} hold features or targets that are not finite`,
      );
  }
  if (gram.numExamples === 0) throw new RangeError('featureRidge: the blocks hold no examples');
  symmetriseInPlace(gram.sum, d);
  return { gram: gram.sum, projected, squares, numExamples: gram.numExamples };
}

function predictions(features: Float32Array, weights: Float64Array, d: number, k: number): Float64Array {
  const n = features.length / d;
  if (!Number.isInteger(n)) throw new RangeError(`${features.length} numbers are no whole examples of ${d}`);
  const predicted = new Float64Array(n * k);
  for (let from = 0; from < n; from += chunkRows) {
    const to = Math.min(n, from + chunkRows);
    const x = Float64Array.from(features.subarray(from * d, to * d));
    gemm({ m: to - from, n: k, k: d, a: x, b: weights, c: predicted.subarray(from * k, to * k) });
  }
  return predicted;
}

function leftOut(
  blocks: Iterable<RegressionBlock>,
  inverse: Float64Array,
  weights: Float64Array,
  d: number,
  k: number,
  visit: (predictions: Float64Array, block: RegressionBlock) => void,
): void {
  for (const block of blocks) {
    const { features, targets } = block;
    const predicted = predictions(features, weights, d, k);
    const n = features.length / d;
    for (let from = 0; from < n; from += chunkRows) {
      const to = Math.min(n, from + chunkRows);
      const x = Float64Array.from(features.subarray(from * d, to * d));
      const solved = matmul64(x, inverse, { m: to - from, k: d, n: d });
      for (let i = from; i < to; i++) {
        const at = (i - from) * d;
        // H_ii = φᵀA⁻¹φ.
        const left = 1 - inner(x.subarray(at, at + d), solved.subarray(at, at + d));
        for (let j = i * k; j < (i + 1) * k; j++)
          predicted[j] = targets[j]! - (targets[j]! - predicted[j]!) / left;
      }
    }
    visit(predicted, block);
  }
}
