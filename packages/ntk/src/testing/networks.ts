import { createRandom, type Random } from '@tangent/compute';
import {
  type ActivationName,
  inputName,
  type Network,
  type NetworkNode,
  type Operation,
  type Padding,
  type Parameter,
} from '@tangent/networks';

/** Tiny networks with random parameters, for comparisons with explicit Jacobians. */
export class NetworkBuilder {
  private readonly nodes: NetworkNode[] = [];
  private readonly random: Random;
  private last = inputName;

  constructor(
    private readonly inputShape: readonly number[],
    seed: number,
  ) {
    this.random = createRandom(seed).fork('network');
  }

  network(): Network {
    return { inputShape: this.inputShape, nodes: this.nodes };
  }

  /** The node that was added last. */
  get end(): string {
    return this.last;
  }

  add(operation: Operation, inputs: readonly string[] = [this.last]): this {
    this.last = `${operation.type}${this.nodes.length}`;
    this.nodes.push({ name: this.last, operation, inputs });
    return this;
  }

  activation(name: ActivationName): this {
    return this.add({ type: 'activation', name });
  }

  dense(numInputs: number, numOutputs: number, hasBias = true): this {
    return this.add({
      type: 'dense',
      kernel: this.parameter([numInputs, numOutputs]),
      bias: hasBias ? this.parameter([numOutputs]) : null,
    });
  }

  conv(shape: readonly [number, number, number, number], options: ConvOptions = {}, inputs?: string[]): this {
    return this.add(
      { type: 'conv2d', kernel: this.parameter(shape), ...this.window(shape[3], options) },
      inputs,
    );
  }

  depthwise(shape: readonly [number, number, number, number], options: ConvOptions = {}): this {
    return this.add({
      type: 'depthwise-conv2d',
      kernel: this.parameter(shape),
      ...this.window(shape[2] * shape[3], options),
    });
  }

  batchNorm(channels: number): this {
    const variance = this.parameter([channels]);
    return this.add({
      type: 'batch-norm',
      gamma: this.parameter([channels]),
      beta: this.parameter([channels]),
      mean: this.parameter([channels]),
      variance: { ...variance, values: variance.values.map((v) => 0.5 + v * v) },
      epsilon: 1e-3,
    });
  }

  layerNorm(channels: number): this {
    return this.add({
      type: 'layer-norm',
      gamma: this.parameter([channels]),
      beta: this.parameter([channels]),
      epsilon: 1e-3,
    });
  }

  embedding(vocabulary: number, width: number): this {
    return this.add({ type: 'embedding', table: this.parameter([vocabulary, width]) });
  }

  private window(numOutputs: number, options: ConvOptions) {
    const { strides = [1, 1], dilations = [1, 1], padding = 'same', hasBias = true } = options;
    return { strides, dilations, padding, bias: hasBias ? this.parameter([numOutputs]) : null };
  }

  private parameter(shape: readonly number[]): Parameter {
    const size = shape.reduce((product, extent) => product * extent, 1);
    // Of the size that keeps values near 1 through the layers.
    const scale = 1 / Math.sqrt(shape.slice(0, -1).reduce((product, extent) => product * extent, 1));
    return { shape, values: Float32Array.from({ length: size }, () => scale * this.random.normal()) };
  }
}

interface ConvOptions {
  readonly strides?: readonly [number, number];
  readonly dilations?: readonly [number, number];
  readonly padding?: Padding;
  readonly hasBias?: boolean;
}
