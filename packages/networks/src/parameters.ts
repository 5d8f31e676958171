import { tensorName } from './forward.js';
import { isTrained, type Network, type Operation, parametersOf, UnsupportedNetworkError } from './network.js';
import { sizeOf } from './operation-fields.js';

/** p: how many numbers gradients train. Statistics of batch norms do not count. */
export function countParameters(network: Network): number {
  let count = 0;
  for (const { operation } of network.nodes)
    for (const [name, { shape }] of Object.entries(parametersOf(operation)))
      if (isTrained(name)) count += sizeOf(shape);
  return count;
}

/**
 * The network with other numbers: those of `values` by `tensorName(node, parameter)`, row-major, kept without a copy;
 * parameters that are not named keep theirs. Throws RangeError for an unknown name or another number of values.
 */
export function withParameters(network: Network, values: ReadonlyMap<string, Float32Array>): Network {
  const unused = new Set(values.keys());
  const nodes = network.nodes.map((node) => {
    const replaced: Record<string, unknown> = {};
    for (const [parameter, { shape }] of Object.entries(parametersOf(node.operation))) {
      const name = tensorName(node.name, parameter);
      const numbers = values.get(name);
      if (!numbers) continue;
      unused.delete(name);
      if (numbers.length !== sizeOf(shape))
        throw new RangeError(
          `withParameters: ${name} has the shape [${shape}], which ${numbers.length} numbers do not fill`,
        );
      replaced[parameter] = { shape, values: numbers };
    }
    return { ...node, operation: { ...node.operation, ...replaced } as Operation };
  });
  for (const name of unused) throw new RangeError(`withParameters: the network has no parameter ${name}`);
  return { ...network, nodes };
}

/** Name of the node that the last layer reads, `input` where there is no other: the penultimate activations. */
export function embeddingNode(network: Network): string {
  const input = network.nodes.at(-1)?.inputs[0];
  if (input === undefined)
    throw new UnsupportedNetworkError('the network has no layers; give it at least a dense one');
  return input;
}
