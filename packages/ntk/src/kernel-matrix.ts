import { timesTransposed } from './gemm.js';
import type { GradientFactors } from './gradient-factors.js';
import { layerDiagonal } from './layer-weights.js';

/** Rows of the left side that are multiplied at a time: bounds the working memory to about 4 × 2,048 × nB × 4 bytes. */
const blockRows = 2048;

/**
 * K(A, B) = Σ_l w_l (a·a′ + 1)(δ·δ′), [nA, nB] row-major float32, exact in structured form: N²(in + out) flops a layer,
 * never N² · in · out. Source: MATH §2; Novak et al. 2022.
 */
export function kernelMatrix(
  a: GradientFactors,
  b: GradientFactors,
  weights: readonly number[],
): Float32Array {
  assertSameLayers(a, b, weights);
  const nA = a.numExamples;
  const nB = b.numExamples;
  const kernel = new Float32Array(nA * nB);
  for (let from = 0; from < nA; from += blockRows) {
    const rows = Math.min(blockRows, nA - from);
    const block = kernel.subarray(from * nB, (from + rows) * nB);
    a.layers.forEach((left, l) => {
      const w = weights[l]!;
      if (w === 0) return;
      const right = b.layers[l]!;
      const p = left.numInputs;
      // A sketch travels as a layer without inputs: its kernel is δ·δ′ alone.
      const products =
        p === 0
          ? new Float32Array(rows * nB)
          : timesTransposed(left.inputs.subarray(from * p, (from + rows) * p), rows, right.inputs, nB, p);
      if (left.deltas === null || right.deltas === null) {
        for (let i = 0; i < block.length; i++) block[i]! += w * (products[i]! + 1);
        return;
      }
      const q = left.numDeltas;
      const deltas = timesTransposed(
        left.deltas.subarray(from * q, (from + rows) * q),
        rows,
        right.deltas,
        nB,
        q,
      );
      for (let i = 0; i < block.length; i++) block[i]! += w * (products[i]! + 1) * deltas[i]!;
    });
  }
  return kernel;
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
