/** A matrix [numRows, width] of mostly zeros, row by row (CSR). */
export interface SparseRows {
  readonly numRows: number;
  readonly width: number;
  /** Where each row begins in `columns` and `values`, and the end of the last, [numRows + 1]. */
  readonly offsets: Int32Array;
  readonly columns: Int32Array;
  readonly values: Float32Array;
}

/** All the numbers, [numRows, width]. */
export function denseRows({ numRows, width, offsets, columns, values }: SparseRows): Float32Array {
  const dense = new Float32Array(numRows * width);
  for (let row = 0; row < numRows; row++)
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++)
      dense[row * width + columns[at]!] = values[at]!;
  return dense;
}

/** X W, [numRows, numOutputs] float32. weights: [width, numOutputs]. Cost 2 · values · numOutputs flops, on one thread. */
export function sparseTimes(rows: SparseRows, weights: Float32Array, numOutputs: number): Float32Array {
  const { numRows, width, offsets, columns, values } = rows;
  if (weights.length !== width * numOutputs)
    throw new RangeError(`sparseTimes: ${weights.length} weights do not make ${width} → ${numOutputs}`);
  const product = new Float32Array(numRows * numOutputs);
  for (let row = 0; row < numRows; row++) {
    const out = row * numOutputs;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) {
      const value = values[at]!;
      const from = columns[at]! * numOutputs;
      for (let j = 0; j < numOutputs; j++) product[out + j]! += value * weights[from + j]!;
    }
  }
  return product;
}
