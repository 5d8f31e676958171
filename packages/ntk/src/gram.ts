import { dot } from './dot.js';
import { arrayTimesTransposed } from './gemm.js';
import type { GradientFactors } from './gradient-factors.js';
import { kernelDiagonal, kernelMatrix } from './kernel-matrix.js';
import { layerColumn } from './kernels/layer-column.js';
import { selectRows, takeRows } from './rows.js';

/** A kernel over the items of a pool, by index. */
export interface Gram {
  readonly numItems: number;
  /** K(x, x), [numItems]. */
  readonly diagonal: Float64Array;
  /** K(rows, columns), [rows, columns] row-major. */
  block(rows: ArrayLike<number>, columns: ArrayLike<number>): Float32Array | Float64Array;
  /** K(rows, item), [rows]: for single columns, where a product of matrices would not pay. */
  column(rows: ArrayLike<number>, item: number): Float64Array;
}

/**
 * The exact structured kernel of gradient factors. Blocks are float32. Columns and the diagonal are accumulated in float64
 * for dense layers and features; the products of patches are float32 everywhere, those of tokens in blocks and columns.
 */
export function exactGram(factors: GradientFactors, weights: readonly number[]): Gram {
  const { numExamples, numHeads, layers } = factors;
  return {
    numItems: numExamples,
    diagonal: kernelDiagonal(factors, weights),
    block: (rows, columns) => kernelMatrix(selectRows(factors, rows), selectRows(factors, columns), weights),
    column(rows, item) {
      const column = new Float64Array(rows.length);
      layers.forEach((layer, l) => {
        const weight = weights[l]!;
        if (weight === 0) return;
        const products = layerColumn(layer, rows, item, numHeads);
        for (let r = 0; r < rows.length; r++) column[r]! += weight * products[r]!;
      });
      return column;
    },
  };
}

/** The kernel ΦΦᵀ of sketched features, [numItems, dimension] float32. */
export function featureGram(features: Float32Array, dimension: number): Gram {
  const numItems = features.length / dimension;
  const diagonal = Float64Array.from({ length: numItems }, (_, i) =>
    dot(features, i * dimension, features, i * dimension, dimension),
  );
  return {
    numItems,
    diagonal,
    block: (rows, columns) =>
      arrayTimesTransposed(
        takeRows(features, dimension, rows),
        rows.length,
        takeRows(features, dimension, columns),
        columns.length,
        dimension,
      ),
    column: (rows, item) =>
      Float64Array.from({ length: rows.length }, (_, r) =>
        dot(features, rows[r]! * dimension, features, item * dimension, dimension),
      ),
  };
}

/** A kernel given as a matrix, [n, n] float64. */
export function matrixGram(kernel: Float64Array, n: number): Gram {
  if (kernel.length !== n * n)
    throw new RangeError(`matrixGram: ${kernel.length} entries do not make ${n}×${n}`);
  const at = (rows: ArrayLike<number>, columns: ArrayLike<number>) => {
    const block = new Float64Array(rows.length * columns.length);
    for (let r = 0; r < rows.length; r++)
      for (let c = 0; c < columns.length; c++)
        block[r * columns.length + c] = kernel[rows[r]! * n + columns[c]!]!;
    return block;
  };
  return {
    numItems: n,
    diagonal: Float64Array.from({ length: n }, (_, i) => kernel[i * n + i]!),
    block: at,
    column: (rows, item) => at(rows, [item]),
  };
}
