import { type Network, type NetworkNode, type Operation, UnsupportedNetworkError } from '@tangent/networks';

type DenseNode = NetworkNode & { readonly operation: Extract<Operation, { type: 'dense' }> };

/** The last layer. Throws UnsupportedNetworkError where it is not dense. */
export function headOf(network: Network): DenseNode {
  const last = network.nodes.at(-1);
  if (last?.operation.type !== 'dense')
    throw new UnsupportedNetworkError(`the last layer ${last?.name ?? '(none)'} must be dense`);
  return last as DenseNode;
}

/** Numbers in one input. */
export const numInputsOf = ({ inputShape }: Network): number =>
  inputShape.reduce((size, extent) => size * extent, 1);

/** Throws RangeError unless x is [numExamples, …inputShape] and finite. */
export function assertInputs(network: Network, x: Float32Array, numExamples: number, caller: string): void {
  const numInputs = numInputsOf(network);
  if (x.length !== numExamples * numInputs)
    throw new RangeError(
      `${caller}: ${x.length} numbers do not make ${numExamples} examples of ${numInputs} inputs`,
    );
  for (let i = 0; i < x.length; i++)
    if (!Number.isFinite(x[i]!))
      throw new RangeError(
        `${caller}: example ${Math.floor(i / numInputs)} holds ${x[i]}; all inputs must be finite`,
      );
}
