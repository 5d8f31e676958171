import { arrayTimesTransposed } from '../gemm.js';
import type { Gram } from '../gram.js';
import { takeRows } from '../rows.js';
import { reluProduct, stepProduct } from './arc-cosine.js';

// x: [n, p] inputs. L hidden layers, so L + 1 dense ones. Σ_l: covariance of the outputs z_l of dense layer l = 1 … L + 1
// over random weights; q_l: its diagonal. Θ_l: what layer l adds to the tangent kernel.

export interface InfiniteNetwork {
  /** Hidden layers of rectifiers, L ≥ 0. */
  readonly numHidden: number;
  /** σ_w²: weights have variance σ_w² / fan-in; default 2, which keeps the scale of the activations (He). */
  readonly weightVariance?: number;
  /** σ_b²: variance of the biases; default 0. */
  readonly biasVariance?: number;
  /** Divide each layer's part by its mean trace over the items, as in a balanced kernel; default false. */
  readonly isBalanced?: boolean;
}

/** The kernel of infinitely wide networks, and how much each layer counts in it. */
export interface InfiniteGram extends Gram {
  /** Factor of each dense layer's part, first layer first: 1, or 1 / mean trace when balanced. */
  readonly layerWeights: readonly number[];
  /** Each layer's share of the unweighted mean trace; sums to 1. */
  readonly shares: readonly number[];
}

/**
 * The tangent kernel of infinitely wide dense ReLU networks, in closed form and deterministic:
 * Σ₁ = σ_w² x·x′/p + σ_b²,  Σ_{l+1} = σ_w² E[relu(u) relu(v)] + σ_b²,  Θ = Σ_l Σ_l Π_{m ≥ l} σ_w² E[relu′(u) relu′(v)]
 * with (u, v) ~ N(0, Σ_m) and m = l … L.
 *
 * It is the limit for wide layers of (1/k) tr eNTK, and eNTK tends to Θ ⊗ I, in the NTK parametrisation
 * z = σ_w / √fan-in · aW + σ_b b with W, b ~ N(0, 1), where a layer adds (σ_w²/fan-in · a·a′ + σ_b²)(δ·δ′). Our finite
 * networks have the same outputs but the standard parametrisation, where it adds (a·a′ + 1)(δ·δ′). So a layer of theirs
 * times σ_w²/fan-in tends to Θ_l, and a balanced kernel, which knows no such factors, to the balanced one. Three
 * differences stay: the bias of their first layer adds 1/‖x‖² of its part, their biases start at 0 (σ_b² = 0), and a
 * head that starts at variance s²/fan-in multiplies the parts of the layers before it by s²/σ_w².
 *
 * x: [n, p] row-major float32. A block of rows × columns costs 2p flops an entry on the tensor engine in float32, and L
 * arc cosines in float64; columns and the diagonal (exact, O(nL)) are float64. Pairs that are nearly parallel are taken
 * anew in float64, p flops each in JavaScript: the angle's slope is infinite there and would turn rounding of 1e-7 into
 * errors of 1e-4. Throws RangeError for shapes and numbers that do not fit.
 * Sources: Jacot, Gabriel & Hongler 2018; Lee et al. 2019, appendix E; Cho & Saul 2009.
 */
export function infiniteDenseGram(x: Float32Array, p: number, network: InfiniteNetwork): InfiniteGram {
  const recursion = recursionOf(network);
  const numItems = assertInputs(x, p);
  const squares = Float64Array.from({ length: numItems }, (_, i) => dot64(x, p, i, i));
  const parts = Array.from(squares, (square) => layerTraces(square / p, recursion));
  const traces = Array.from({ length: recursion.numHidden + 1 }, (_, l) =>
    parts.reduce((sum, part) => sum + part[l]! / numItems, 0),
  );
  const total = traces.reduce((a, b) => a + b, 0);
  const layerWeights = traces.map((t) => (network.isBalanced === true ? (t > 0 ? 1 / t : 0) : 1));
  const entry = (i: number, j: number, product: number) =>
    tangentKernel(squares[i]! / p, squares[j]! / p, product / p, recursion, layerWeights);
  const entry64 = (i: number, j: number) => entry(i, j, dot64(x, p, i, j));

  return {
    numItems,
    layerWeights,
    shares: traces.map((t) => (total > 0 ? t / total : 0)),
    diagonal: Float64Array.from(parts, (part) => part.reduce((sum, t, l) => sum + layerWeights[l]! * t, 0)),
    block(rows, columns) {
      const block = new Float64Array(rows.length * columns.length);
      for (let from = 0; from < rows.length; from += blockRows) {
        const part = Array.from(
          { length: Math.min(blockRows, rows.length - from) },
          (_, r) => rows[from + r]!,
        );
        const products = arrayTimesTransposed(
          takeRows(x, p, part),
          part.length,
          takeRows(x, p, columns),
          columns.length,
          p,
        );
        for (let at = 0; at < products.length; at++) {
          const i = part[Math.floor(at / columns.length)]!;
          const j = columns[at % columns.length]!;
          const isNearlyParallel =
            Math.abs(products[at]!) > nearlyParallel * Math.sqrt(squares[i]! * squares[j]!);
          block[from * columns.length + at] = isNearlyParallel ? entry64(i, j) : entry(i, j, products[at]!);
        }
      }
      return block;
    },
    column: (rows, item) => Float64Array.from({ length: rows.length }, (_, r) => entry64(rows[r]!, item)),
  };
}

/** Rows multiplied at a time. */
const blockRows = 1_024;
/** Cosine from which on a product is taken anew: below it float32 costs the angle at most some 3e-6. */
const nearlyParallel = 1 - 1e-3;

interface Recursion {
  readonly numHidden: number;
  readonly weightVariance: number;
  readonly biasVariance: number;
}

function recursionOf({ numHidden, weightVariance = 2, biasVariance = 0 }: InfiniteNetwork): Recursion {
  if (!(Number.isInteger(numHidden) && numHidden >= 0))
    throw new RangeError(`infiniteDenseGram: ${numHidden} hidden layers; give a whole number from 0 on`);
  if (!(weightVariance > 0 && biasVariance >= 0 && Number.isFinite(weightVariance + biasVariance)))
    throw new RangeError(
      `infiniteDenseGram: variances ${weightVariance} of weights and ${biasVariance} of biases; ` +
        'the first must be positive, the second not negative',
    );
  return { numHidden, weightVariance, biasVariance };
}

function assertInputs(x: Float32Array, p: number): number {
  if (!(Number.isInteger(p) && p > 0) || x.length % p !== 0)
    throw new RangeError(`infiniteDenseGram: ${x.length} numbers do not make rows of ${p} inputs`);
  const bad = x.findIndex((v) => !Number.isFinite(v));
  if (bad >= 0)
    throw new RangeError(
      `infiniteDenseGram: item ${Math.floor(bad / p)} holds ${x[bad]}; all inputs must be finite`,
    );
  return x.length / p;
}

/** Σ_l w_l Θ_l of two inputs with mean squares q and q′ and mean product c. Cost L arc cosines. */
function tangentKernel(
  meanSquare: number,
  meanSquarePrime: number,
  meanProduct: number,
  { numHidden, weightVariance, biasVariance }: Recursion,
  weights: readonly number[],
): number {
  let q = weightVariance * meanSquare + biasVariance;
  let qPrime = weightVariance * meanSquarePrime + biasVariance;
  let c = weightVariance * meanProduct + biasVariance;
  let kernel = weights[0]! * c;
  for (let l = 1; l <= numHidden; l++) {
    kernel *= weightVariance * stepProduct(q, qPrime, c);
    c = weightVariance * reluProduct(q, qPrime, c) + biasVariance;
    q = (weightVariance * q) / 2 + biasVariance;
    qPrime = (weightVariance * qPrime) / 2 + biasVariance;
    kernel += weights[l]! * c;
  }
  return kernel;
}

/** Θ_l(x, x) of an input with mean square s, [L + 1]: there a rectifier passes half of the variance. */
function layerTraces(meanSquare: number, { numHidden, weightVariance, biasVariance }: Recursion): number[] {
  let q = weightVariance * meanSquare + biasVariance;
  return Array.from({ length: numHidden + 1 }, (_, l) => {
    const trace = q * (weightVariance / 2) ** (numHidden - l);
    q = (weightVariance * q) / 2 + biasVariance;
    return trace;
  });
}

function dot64(x: Float32Array, p: number, i: number, j: number): number {
  let sum = 0;
  for (let t = 0; t < p; t++) sum += x[i * p + t]! * x[j * p + t]!;
  return sum;
}
