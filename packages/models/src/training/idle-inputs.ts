import { inputName, type Network, type NetworkNode, type Operation } from '@tangent/networks';
import { rowsOf } from './training-data.js';

/** A network without the inputs that are 0 in every example. */
export interface Reduced {
  readonly network: Network;
  /** [n, inputs that are left]. */
  readonly x: Float32Array;
  /** Puts the trained weights among those that were left out, which training would not have moved. */
  restore(trained: Network): Network;
}

/** Reducing copies the inputs: it must save more than half of the first layer. */
const worthwhile = 0.5;

/**
 * Leaves out the inputs that are 0 in every example, where a first dense layer reads them: their weights have no gradient, so
 * that without weight decay training gives the same, up to the order of sums. A few hundred texts in thousands of buckets use
 * a fraction of them. Null where nothing is to be gained. x: [n, width]. Cost: one pass over x.
 */
export function withoutIdleInputs(network: Network, x: Float32Array): Reduced | null {
  const readers = network.nodes.filter(({ inputs }) => inputs.includes(inputName));
  const [first] = readers;
  if (network.inputShape.length !== 1 || readers.length !== 1 || first?.operation.type !== 'dense')
    return null;
  const { operation } = first;
  const [width, numOutputs] = operation.kernel.shape as [number, number];
  const isUsed = new Uint8Array(width);
  for (let from = 0; from < x.length; from += width)
    for (let i = 0; i < width; i++) if (x[from + i] !== 0) isUsed[i] = 1;
  const used = Int32Array.from(isUsed.keys()).filter((i) => isUsed[i] === 1);
  if (used.length === 0 || used.length > worthwhile * width) return null;

  const numExamples = x.length / width;
  const reducedX = new Float32Array(numExamples * used.length);
  for (let row = 0; row < numExamples; row++)
    for (let u = 0; u < used.length; u++) reducedX[row * used.length + u] = x[row * width + used[u]!]!;
  const withKernel = (
    of: Network,
    shape: readonly number[],
    values: Float32Array,
    inputShape: readonly number[],
  ) => ({
    inputShape,
    nodes: of.nodes.map((node): NetworkNode => {
      if (node.name !== first.name) return node;
      const changed = {
        ...(node.operation as typeof operation),
        kernel: { shape, values },
      } satisfies Operation;
      return { ...node, operation: changed };
    }),
  });
  return {
    x: reducedX,
    network: withKernel(
      network,
      [used.length, numOutputs],
      rowsOf(operation.kernel.values, numOutputs, used),
      [used.length],
    ),
    restore(trained) {
      const node = trained.nodes.find(({ name }) => name === first.name)!;
      const values = operation.kernel.values.slice();
      const moved = (node.operation as typeof operation).kernel.values;
      used.forEach((row, u) => {
        values.set(moved.subarray(u * numOutputs, (u + 1) * numOutputs), row * numOutputs);
      });
      return withKernel(trained, operation.kernel.shape, values, network.inputShape);
    },
  };
}
