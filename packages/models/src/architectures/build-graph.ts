import { createRandom, type Random } from '@tangent/compute';
import {
  type ActivationName,
  inputName,
  type Network,
  type NetworkNode,
  type Operation,
  type Parameter,
} from '@tangent/networks';

/** Gain of He's initialisation: the share of the variance that the activation lets through, inverted. */
const gains: Record<ActivationName, number> = {
  linear: 1,
  relu: 2,
  gelu: 2,
  softplus: 2,
  tanh: 1,
  sigmoid: 1,
};

export interface Dense {
  readonly numInputs: number;
  readonly numOutputs: number;
  /** That follows; sets the variance of the weights. */
  readonly activation: ActivationName;
}
export interface Convolution {
  readonly size: number;
  readonly numInputs: number;
  readonly numOutputs: number;
  readonly stride?: number;
  /** Default true; a batch norm behind it makes a bias useless. */
  readonly hasBias?: boolean;
}

/**
 * Collects the nodes of a network. Weights are normal with variance gain / fan-in (He et al. 2015, equation 10), drawn in
 * the order of the calls; biases 0. Every method returns the name of its node, for the nodes behind it.
 */
export class GraphBuilder {
  private readonly nodes: NetworkNode[] = [];
  private readonly random: Random;

  constructor(
    private readonly inputShape: readonly number[],
    seed: number,
    /** Name of the stream of random numbers. */
    stream = 'weights',
  ) {
    this.random = createRandom(seed).fork(stream);
  }

  add(name: string, operation: Operation, ...inputs: readonly string[]): string {
    this.nodes.push({ name, operation, inputs });
    return name;
  }

  dense(name: string, input: string, { numInputs, numOutputs, activation }: Dense): string {
    const deviation = Math.sqrt(gains[activation] / numInputs);
    const kernel = this.normal([numInputs, numOutputs], deviation);
    return this.add(name, { type: 'dense', kernel, bias: constant(numOutputs, 0) }, input);
  }

  /** The last layer: weights of deviation headScale/√fan-in, so that f starts near 0. */
  head(input: string, numInputs: number, numClasses: number, headScale: number): string {
    const kernel = this.normal([numInputs, numClasses], headScale / Math.sqrt(numInputs));
    return this.add('head', { type: 'dense', kernel, bias: constant(numClasses, 0) }, input);
  }

  /** Square filters, padding `same`, for a rectifier behind it. */
  convolution(name: string, input: string, options: Convolution): string {
    const { size, numInputs, numOutputs, stride = 1, hasBias = true } = options;
    const kernel = this.normal([size, size, numInputs, numOutputs], Math.sqrt(2 / (size * size * numInputs)));
    const bias = hasBias ? constant(numOutputs, 0) : null;
    return this.add(
      name,
      { type: 'conv2d', kernel, bias, strides: [stride, stride], padding: 'same', dilations: [1, 1] },
      input,
    );
  }

  /** γ = 1, β = 0, mean 0, variance 1, ε = 1e-5. */
  batchNorm(name: string, input: string, numChannels: number): string {
    return this.add(
      name,
      {
        type: 'batch-norm',
        gamma: constant(numChannels, 1),
        beta: constant(numChannels, 0),
        mean: constant(numChannels, 0),
        variance: constant(numChannels, 1),
        epsilon: 1e-5,
      },
      input,
    );
  }

  activation(name: ActivationName, input: string): string {
    return this.add(`${input}-${name}`, { type: 'activation', name }, input);
  }

  /** The input as a vector, if it is none. */
  flatInput(): string {
    return this.inputShape.length === 1 ? inputName : this.add('flatten', { type: 'flatten' }, inputName);
  }

  network(): Network {
    return { inputShape: this.inputShape, nodes: this.nodes };
  }

  private normal(shape: readonly number[], deviation: number): Parameter {
    const length = shape.reduce((size, extent) => size * extent, 1);
    return { shape, values: Float32Array.from({ length }, () => this.random.normal() * deviation) };
  }
}

const constant = (length: number, value: number): Parameter => ({
  shape: [length],
  values: new Float32Array(length).fill(value),
});
