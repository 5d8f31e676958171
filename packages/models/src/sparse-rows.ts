import { inputName, type Network, UnsupportedNetworkError } from '@tangent/networks';
import { numInputsOf } from './network-parts.js';
import { predictNetwork } from './predict-network.js';

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

/**
 * f of sparse inputs, [numRows, k] float32: the first dense layer computed sparsely, the others as predictNetwork. Throws
 * UnsupportedNetworkError where something else than one dense layer reads the inputs.
 */
export function predictSparse(network: Network, rows: SparseRows): Float32Array {
  if (numInputsOf(network) !== rows.width)
    throw new RangeError(
      `predictSparse: rows of ${rows.width} numbers are no inputs of ${numInputsOf(network)}`,
    );
  const readers = network.nodes.filter(({ inputs }) => inputs.includes(inputName));
  const [first] = readers;
  if (readers.length !== 1 || first?.operation.type !== 'dense')
    throw new UnsupportedNetworkError(
      `layer ${first?.name ?? '(none)'}: sparse inputs go into one dense layer and nothing else; use predictNetwork on all the numbers`,
    );
  const { kernel, bias } = first.operation;
  const width = kernel.shape[1]!;
  const z = sparseTimes(rows, kernel.values, width);
  if (bias) for (let i = 0; i < z.length; i++) z[i]! += bias.values[i % width]!;
  const rest = network.nodes
    .filter((node) => node !== first)
    .map((node) => ({
      ...node,
      inputs: node.inputs.map((name) => (name === first.name ? inputName : name)),
    }));
  if (rest.length === 0) return z;
  return predictNetwork({ inputShape: [width], nodes: rest }, z, rows.numRows);
}
