import * as tf from '@tensorflow/tfjs-core';
import { timesTransposed } from './gemm.js';
import type { GradientFactors } from './gradient-factors.js';
import { type PatchFactors, shapeOf, type TokenFactors } from './gradients/layer-factors.js';
import { read } from './gradients/read.js';
import { patchProducts, type Span } from './kernels/patch-products.js';
import { tokenProducts } from './kernels/token-products.js';
import { layerDiagonal } from './layer-weights.js';

/** Rows and columns that are multiplied at a time: the products of a block stay in the cache between the passes. */
const blockSize = 1_024;

/**
 * K(A, B) = Σ_l w_l K_l, [nA, nB] row-major float32, exact in structured form: for a dense layer N²(in + out) flops, never
 * N² · in · out; half of them where A is B. Source: MATH §2; Novak et al. 2022.
 */
export function kernelMatrix(
  a: GradientFactors,
  b: GradientFactors,
  weights: readonly number[],
): Float32Array {
  assertSameLayers(a, b, weights);
  const isSymmetric = a === b;
  const [nA, nB] = [a.numExamples, b.numExamples];
  const kernel = new Float32Array(nA * nB);
  const left = layersToMultiply(a, weights);
  const right = isSymmetric ? left : layersToMultiply(b, weights);
  for (let row = 0; row < nA; row += blockSize)
    for (let column = isSymmetric ? row : 0; column < nB; column += blockSize) {
      const at = {
        row,
        rows: Math.min(blockSize, nA - row),
        column,
        columns: Math.min(blockSize, nB - column),
      };
      const block = blockOf(left, right, at, a.numHeads);
      copyBlock(kernel, nB, block, at);
      if (isSymmetric && column > row) mirrorBlock(kernel, nB, block, at);
    }
  return kernel;
}

/** A layer with its weight. Of a dense layer or of features: w · Π (side · side′); no side at all is 1 for every pair. */
interface LayerToMultiply {
  readonly weight: number;
  readonly sides: readonly Matrix[];
  readonly other: PatchFactors | TokenFactors | null;
}
/** [n, width] float32. */
interface Matrix {
  readonly values: Float32Array;
  readonly width: number;
}
interface Place {
  readonly row: number;
  readonly rows: number;
  readonly column: number;
  readonly columns: number;
}

function layersToMultiply(
  { layers, numExamples, numHeads }: GradientFactors,
  weights: readonly number[],
): LayerToMultiply[] {
  return layers.flatMap((layer, l): LayerToMultiply[] => {
    const weight = weights[l]!;
    if (weight === 0) return [];
    switch (layer.kind) {
      case 'outer': {
        const { inputs, numInputs, hasBias, deltas, numDeltas } = layer;
        const first = hasBias
          ? withOnes(inputs, numExamples, numInputs)
          : { values: inputs, width: numInputs };
        const sides = deltas ? [first, { values: deltas, width: numHeads * numDeltas }] : [first];
        return [{ weight, sides, other: null }];
      }
      case 'features':
        return [{ weight, sides: [{ values: layer.values, width: numHeads * layer.width }], other: null }];
      default:
        return [{ weight, sides: [], other: layer }];
    }
  });
}

/** A column of ones behind the inputs: a·a′ + 1 is then one product, and no pass over N² numbers adds the 1. */
function withOnes(inputs: Float32Array, n: number, numInputs: number): Matrix {
  const width = numInputs + 1;
  const values = new Float32Array(n * width);
  for (let i = 0; i < n; i++) {
    values.set(inputs.subarray(i * numInputs, (i + 1) * numInputs), i * width);
    values[(i + 1) * width - 1] = 1;
  }
  return { values, width };
}

function blockOf(
  left: readonly LayerToMultiply[],
  right: readonly LayerToMultiply[],
  { row, rows, column, columns }: Place,
  numHeads: number,
): Float32Array {
  const part = ({ values, width }: Matrix, from: number, count: number) =>
    tf.tensor2d(values.subarray(from * width, (from + count) * width), [count, width]);
  const block = tf.tidy(() => {
    const terms = left.map(({ weight, sides, other }, l): tf.Tensor => {
      const layer = right[l]!;
      if (other) {
        const spans = [
          { from: row, count: rows },
          { from: column, count: columns },
        ] as const;
        return tf.mul(tf.tensor2d(productsOf(other, layer.other!, spans, numHeads), [rows, columns]), weight);
      }
      const [[a, b], second] = sides.map(
        (side, s) => [part(side, row, rows), part(layer.sides[s]!, column, columns)] as const,
      ) as [[tf.Tensor2D, tf.Tensor2D], [tf.Tensor2D, tf.Tensor2D]?];
      // The weight goes to the smaller side: a row block, not the N² products.
      const first = timesTransposed(tf.mul(a, weight), b);
      return second ? tf.mul(first, timesTransposed(...second)) : first;
    });
    return terms.length === 0 ? tf.zeros([rows, columns]) : terms.reduce((sum, term) => tf.add(sum, term));
  });
  return read(block);
}

function productsOf(
  left: PatchFactors | TokenFactors,
  right: PatchFactors | TokenFactors,
  [rows, columns]: readonly [Span, Span],
  numHeads: number,
): Float32Array {
  return left.kind === 'patches'
    ? patchProducts(left, rows, right as PatchFactors, columns, numHeads, false)
    : tokenProducts(left, rows, right as TokenFactors, columns, numHeads, false);
}

function copyBlock(kernel: Float32Array, stride: number, block: Float32Array, at: Place): void {
  for (let r = 0; r < at.rows; r++)
    kernel.set(block.subarray(r * at.columns, (r + 1) * at.columns), (at.row + r) * stride + at.column);
}

/** Writes the block's transpose below the diagonal; in tiles, so that both sides use whole cache lines. */
function mirrorBlock(kernel: Float32Array, stride: number, block: Float32Array, at: Place): void {
  const tile = 32;
  for (let r0 = 0; r0 < at.rows; r0 += tile)
    for (let c0 = 0; c0 < at.columns; c0 += tile) {
      const [r1, c1] = [Math.min(at.rows, r0 + tile), Math.min(at.columns, c0 + tile)];
      for (let c = c0; c < c1; c++)
        for (let r = r0; r < r1; r++)
          kernel[(at.column + c) * stride + at.row + r] = block[r * at.columns + c]!;
    }
}

/** K(x, x) of every example, [n] float64; the part of patches is computed in float32. */
export function kernelDiagonal(factors: GradientFactors, weights: readonly number[]): Float64Array {
  const diagonal = new Float64Array(factors.numExamples);
  factors.layers.forEach((layer, l) => {
    const part = layerDiagonal(layer, factors.numExamples, factors.numHeads);
    for (let i = 0; i < diagonal.length; i++) diagonal[i]! += weights[l]! * part[i]!;
  });
  return diagonal;
}

function assertSameLayers(a: GradientFactors, b: GradientFactors, weights: readonly number[]): void {
  const shape = ({ layers, numHeads }: GradientFactors) => JSON.stringify([numHeads, layers.map(shapeOf)]);
  if (shape(a) !== shape(b))
    throw new RangeError(
      `kernelMatrix: the two sides come from different networks: ${shape(a)} and ${shape(b)}`,
    );
  if (weights.length !== a.layers.length)
    throw new RangeError(`kernelMatrix: ${weights.length} weights for ${a.layers.length} layers`);
}
