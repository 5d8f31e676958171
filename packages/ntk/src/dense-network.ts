/** A layer z = a W + b followed by its activation. Row-major float32. */
export interface DenseLayer {
  readonly name: string;
  /** W, [numInputs, numOutputs]. */
  readonly weights: Float32Array;
  /** b, [numOutputs]. */
  readonly bias: Float32Array;
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly activation: 'relu' | 'linear';
}

/** A network of dense layers as plain numbers; the last layer is linear, its outputs are f(x) ∈ R^k. */
export interface DenseNetwork {
  readonly layers: readonly DenseLayer[];
}

/** A layer or a number that the kernels cannot work with; the message names it. */
export class UnsupportedNetworkError extends Error {
  override readonly name = 'UnsupportedNetworkError';
  readonly code = 'unsupported-network';
}

/** Throws UnsupportedNetworkError unless shapes fit together, activations are known and all weights are finite. */
export function assertNetwork({ layers }: DenseNetwork): void {
  if (layers.length === 0) throw new UnsupportedNetworkError('the network has no layer');
  layers.forEach((layer, l) => {
    const { name, weights, bias, numInputs, numOutputs, activation } = layer;
    const isLast = l === layers.length - 1;
    if (activation !== 'relu' && activation !== 'linear')
      throw new UnsupportedNetworkError(
        `layer ${name}: no derivative for the activation “${String(activation)}”; use relu, or linear`,
      );
    if (isLast && activation !== 'linear')
      throw new UnsupportedNetworkError(
        `layer ${name} is the last one and must be linear; move its ${activation} out of the network`,
      );
    if (weights.length !== numInputs * numOutputs || bias.length !== numOutputs)
      throw new UnsupportedNetworkError(
        `layer ${name}: ${weights.length} weights and ${bias.length} biases do not make ${numInputs} → ${numOutputs}`,
      );
    const before = layers[l - 1];
    if (before && before.numOutputs !== numInputs)
      throw new UnsupportedNetworkError(
        `layer ${name} takes ${numInputs} inputs, but ${before.name} gives ${before.numOutputs}`,
      );
    assertFinite(`the weights of layer ${name}`, weights);
    assertFinite(`the biases of layer ${name}`, bias);
  });
}

/** Throws UnsupportedNetworkError that names the array and the first bad entry. */
export function assertFinite(what: string, values: Float32Array | Float64Array): void {
  for (let i = 0; i < values.length; i++)
    if (!Number.isFinite(values[i]!))
      throw new UnsupportedNetworkError(`${what}: entry ${i} is ${values[i]}; all numbers must be finite`);
}
