import { inputName, type Network, parametersOf, UnsupportedNetworkError } from '@tangent/networks';

/** Throws UnsupportedNetworkError that names the array and the first bad entry. */
export function assertFinite(what: string, values: Float32Array | Float64Array): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]!))
      throw new UnsupportedNetworkError(`${what}: entry ${i} is ${values[i]}; all numbers must be finite`);
}

/** Throws UnsupportedNetworkError that names the layer and the parameter. */
export function assertFiniteParameters({ nodes }: Network): void {
  for (const { name, operation } of nodes)
    for (const [parameter, { values }] of Object.entries(parametersOf(operation)))
      assertFinite(`the ${parameter} of layer ${name}`, values);
}

/**
 * Throws RangeError unless x holds `numExamples` examples of the network's input shape, with tokens that it knows;
 * UnsupportedNetworkError for a number that is not finite.
 */
export function assertExamples(
  what: string,
  { inputShape, nodes }: Network,
  x: Float32Array,
  numExamples: number,
): void {
  const width = inputShape.reduce((product, extent) => product * extent, 1);
  if (x.length !== numExamples * width)
    throw new RangeError(
      `${what}: ${x.length} numbers do not make ${numExamples} examples of ${width} inputs`,
    );
  assertFinite('the inputs', x);
  for (const { name, operation, inputs } of nodes) {
    if (operation.type !== 'embedding' || inputs[0] !== inputName) continue;
    const vocabulary = operation.table.shape[0]!;
    const at = x.findIndex((token) => !(Number.isInteger(token) && token >= 0 && token < vocabulary));
    if (at >= 0)
      throw new RangeError(
        `${what}: input ${at} is ${x[at]}, but layer ${name} looks up integers from 0 to ${vocabulary - 1}`,
      );
  }
}
