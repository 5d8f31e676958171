import { inputName, type Network, numOutputsOf, UnsupportedNetworkError } from './network.js';
import { assertOperation, isShape, sizeOf } from './operation-fields.js';
import { shapesOf } from './shapes.js';
import { shown } from './shown.js';

/**
 * That a network, which may come from a file, is whole: names are unique, every layer comes after its inputs, feeds
 * another one and fits them, parameters have their shapes and are finite, the last layer is dense.
 * Throws UnsupportedNetworkError, which names the layer and what to do.
 */
export function assertNetwork(network: Network): void {
  const { inputShape, nodes } = network;
  if (!isShape(inputShape) || inputShape.length === 0 || sizeOf(inputShape) > maxInputs)
    throw new UnsupportedNetworkError(
      `the input shape must be one to eight positive integers, at most ${maxInputs} numbers, not ${shown(inputShape)}`,
    );
  if (!Array.isArray(nodes) || nodes.length === 0)
    throw new UnsupportedNetworkError('the network has no layers; give it at least a dense one');
  const names = new Set<string>([inputName]);
  for (const { name, operation, inputs } of network.nodes) {
    assertName(name, names);
    names.add(name);
    if (!Array.isArray(inputs) || !inputs.every((input) => typeof input === 'string'))
      throw new UnsupportedNetworkError(`layer ${name}: its inputs must be a list of names of layers`);
    assertOperation(name, operation);
    if (operation.type === 'batch-norm' && operation.variance.values.some((variance) => variance < 0))
      throw new UnsupportedNetworkError(`layer ${name}: its variances must not be negative`);
    if (operation.type === 'embedding' && inputs[0] !== inputName)
      throw new UnsupportedNetworkError(
        `layer ${name}: an embedding reads integers, so its input must be the network’s, not ${inputs[0]}`,
      );
  }
  const shapes = shapesOf(network);
  assertUsed(network);
  numOutputsOf(network);
  const output = shapes.get(network.nodes.at(-1)!.name)!;
  if (output.length !== 1)
    throw new UnsupportedNetworkError(
      `layer ${network.nodes.at(-1)!.name}: the last layer must give one number a class, not [${output}]; flatten or pool its input`,
    );
}

/** Numbers of one example. */
const maxInputs = 2 ** 24;

/** What TensorFlow.js takes in names of tensors. */
const namePattern = /^[A-Za-z0-9][-A-Za-z0-9._/]{0,199}$/;

function assertName(name: unknown, taken: ReadonlySet<string>): asserts name is string {
  if (typeof name !== 'string' || !namePattern.test(name))
    throw new UnsupportedNetworkError(
      `“${shown(name)}” is no name for a layer; use up to 200 letters, digits and . _ - / and begin with a letter or digit`,
    );
  if (taken.has(name))
    throw new UnsupportedNetworkError(
      name === inputName
        ? `layer ${name}: this name is that of the network’s input; rename the layer`
        : `layer ${name}: two layers have this name; rename one`,
    );
}

function assertUsed({ nodes }: Network): void {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs));
  const idle = nodes.slice(0, -1).find(({ name }) => !read.has(name));
  if (idle)
    throw new UnsupportedNetworkError(
      `layer ${idle.name}: nothing reads its output and it is not the last one; take it away, only one output is supported`,
    );
}
