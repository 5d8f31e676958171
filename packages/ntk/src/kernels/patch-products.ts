// S positions, m numbers in a patch, H head vectors, o outputs of the layer.

import * as tf from '@tensorflow/tfjs-core';
import { timesTransposed } from '../gemm.js';
import type { PatchFactors } from '../gradients/layer-factors.js';

/** Rows and columns, examples times positions, that are multiplied at a time: their products stay in the cache. */
const blockSize = 1_024;

/** Consecutive examples. */
export interface Span {
  readonly from: number;
  readonly count: number;
}

/**
 * Σ_{s,s′} (p_s·p′_s′ + 1) Σ_h δ_hs·δ′_hs′ of all pairs, [rows, columns] row-major float32. With `isApart` the head
 * vectors are kept apart instead of summed: [rows·H, columns·H]. 2S²(m + Ho) flops a pair. Source: MATH §2 (b).
 */
export function patchProducts(
  left: PatchFactors,
  rows: Span,
  right: PatchFactors,
  columns: Span,
  numHeads: number,
  isApart: boolean,
): Float32Array {
  const perItem = isApart ? numHeads : 1;
  const step = Math.max(1, Math.floor(blockSize / left.numPositions));
  const stride = columns.count * perItem;
  const products = new Float32Array(rows.count * perItem * stride);
  for (let r = 0; r < rows.count; r += step)
    for (let c = 0; c < columns.count; c += step) {
      const [numRows, numColumns] = [Math.min(step, rows.count - r), Math.min(step, columns.count - c)];
      const block = contraction(
        left,
        { from: rows.from + r, count: numRows },
        right,
        { from: columns.from + c, count: numColumns },
        numHeads,
        isApart,
      );
      const width = numColumns * perItem;
      for (let i = 0; i < numRows * perItem; i++)
        products.set(block.subarray(i * width, (i + 1) * width), (r * perItem + i) * stride + c * perItem);
    }
  return products;
}

function contraction(
  left: PatchFactors,
  rows: Span,
  right: PatchFactors,
  columns: Span,
  numHeads: number,
  isApart: boolean,
): Float32Array {
  const { numPositions: S, patchWidth: m, numDeltas, hasBias } = left;
  const patches = ({ patches: values }: PatchFactors, { from, count }: Span) =>
    tf.tensor2d(values.subarray(from * S * m, (from + count) * S * m), [count * S, m]);
  const width = numHeads * numDeltas;
  const deltas = ({ deltas: values }: PatchFactors, { from, count }: Span) =>
    tf.tensor2d(values.subarray(from * S * width, (from + count) * S * width), [count * S, width]);
  const result = tf.tidy(() => {
    const products = timesTransposed(patches(left, rows), patches(right, columns));
    const ofPatches = hasBias ? tf.add(products, 1) : products;
    const [d, dOther] = [deltas(left, rows), deltas(right, columns)];
    const contracted = (a: tf.Tensor2D, b: tf.Tensor2D) =>
      tf.sum(tf.reshape(tf.mul(ofPatches, timesTransposed(a, b)), [rows.count, S, columns.count, S]), [1, 3]);
    if (!isApart) return contracted(d, dOther);
    const of = (values: tf.Tensor2D, h: number) =>
      tf.slice2d(values, [0, h * numDeltas], [values.shape[0], numDeltas]);
    const byHead = Array.from({ length: numHeads }, (_, i) =>
      tf.stack(
        Array.from({ length: numHeads }, (_unused, j) => contracted(of(d, i), of(dOther, j))),
        2,
      ),
    );
    // [rows, H, columns, H]
    return tf.stack(byHead, 1);
  });
  try {
    return result.dataSync<'float32'>() as Float32Array;
  } finally {
    result.dispose();
  }
}
