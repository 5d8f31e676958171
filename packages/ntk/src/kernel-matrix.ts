import * as tf from '@tensorflow/tfjs-core';
import { timesTransposed } from './gemm.js';
import type { GradientFactors } from './gradient-factors.js';
import { layerDiagonal } from './layer-weights.js';

/** Rows and columns that are multiplied at a time: the products of a block stay in the cache between the passes. */
const blockSize = 1_024;

/**
 * K(A, B) = Σ_l w_l (a·a′ + 1)(δ·δ′), [nA, nB] row-major float32, exact in structured form: N²(in + out) flops a layer,
 * never N² · in · out; half of them where A is B. Source: MATH §2; Novak et al. 2022.
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
      const block = blockOf(left, right, at);
      copyBlock(kernel, nB, block, at);
      if (isSymmetric && column > row) mirrorBlock(kernel, nB, block, at);
    }
  return kernel;
}

/** A layer whose kernel is w·(inputs·inputs′)(deltas·deltas′); a side that is null is 1 for every pair. */
interface LayerToMultiply {
  readonly weight: number;
  readonly inputs: Matrix | null;
  readonly deltas: Matrix | null;
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

function layersToMultiply(factors: GradientFactors, weights: readonly number[]): LayerToMultiply[] {
  return factors.layers.flatMap(({ inputs, numInputs, deltas, numDeltas }, l) =>
    weights[l] === 0
      ? []
      : [
          {
            weight: weights[l]!,
            // A sketch travels as a layer without inputs: its kernel is δ·δ′ alone.
            inputs: numInputs === 0 ? null : withOnes(inputs, factors.numExamples, numInputs),
            deltas: deltas && { values: deltas, width: numDeltas },
          },
        ],
  );
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
): Float32Array {
  const part = ({ values, width }: Matrix, from: number, count: number) =>
    tf.tensor2d(values.subarray(from * width, (from + count) * width), [count, width]);
  const block = tf.tidy(() => {
    const terms = left.map((layer, l) => {
      const products = (['inputs', 'deltas'] as const).flatMap((side) => {
        const [a, b] = [layer[side], right[l]![side]];
        return a && b ? [[part(a, row, rows), part(b, column, columns)] as const] : [];
      });
      if (products.length === 0) return tf.fill([rows, columns], layer.weight);
      // The weight goes to the smaller side: a row block, not the N² products.
      const [[a, b], second] = products as [[tf.Tensor2D, tf.Tensor2D], [tf.Tensor2D, tf.Tensor2D]?];
      const first = timesTransposed(tf.mul(a, layer.weight), b);
      return second ? tf.mul(first, timesTransposed(...second)) : first;
    });
    return terms.length === 0 ? tf.zeros([rows, columns]) : terms.reduce((sum, term) => tf.add(sum, term));
  });
  try {
    return block.dataSync<'float32'>() as Float32Array;
  } finally {
    block.dispose();
  }
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

/** K(x, x) of every example, [n] float64. */
export function kernelDiagonal(factors: GradientFactors, weights: readonly number[]): Float64Array {
  const diagonal = new Float64Array(factors.numExamples);
  factors.layers.forEach((layer, l) => {
    const part = layerDiagonal(layer, factors.numExamples);
    for (let i = 0; i < diagonal.length; i++) diagonal[i]! += weights[l]! * part[i]!;
  });
  return diagonal;
}

function assertSameLayers(a: GradientFactors, b: GradientFactors, weights: readonly number[]): void {
  const shape = (f: GradientFactors) =>
    f.layers.map((l) => `${l.name} ${l.numInputs}×${l.deltas ? l.numDeltas : 1}`).join(', ');
  if (shape(a) !== shape(b))
    throw new RangeError(
      `kernelMatrix: the two sides come from different networks: ${shape(a)} and ${shape(b)}`,
    );
  if (weights.length !== a.layers.length)
    throw new RangeError(`kernelMatrix: ${weights.length} weights for ${a.layers.length} layers`);
}
