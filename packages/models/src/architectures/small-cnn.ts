import { inputName, type Network } from '@tangent/networks';
import { GraphBuilder } from './build-graph.js';

export interface SmallCnnConfig {
  readonly kind: 'cnn';
  /** Of the 3×3 convolutions, each followed by a rectifier and a 2×2 maximum. */
  readonly channels: readonly number[];
  /** Width of the dense layer before the last. */
  readonly hidden: number;
  /** Share of the dense layer that is dropped in training; default 0. */
  readonly dropout?: number;
  readonly headScale?: number;
}

export const defaultCnn: SmallCnnConfig = { kind: 'cnn', channels: [32, 64], hidden: 128 };

/** A plain convolutional network for small images [height, width, channels], seeded. */
export function smallCnn(
  config: Omit<SmallCnnConfig, 'kind'>,
  inputShape: readonly number[],
  numClasses: number,
  seed: number,
): Network {
  const { channels, hidden, dropout = 0, headScale = 0.1 } = config;
  const graph = new GraphBuilder(inputShape, seed);
  let [height, width, numInputs] = inputShape as [number, number, number];
  let last = inputName;
  channels.forEach((numOutputs, l) => {
    last = graph.convolution(`conv${l + 1}`, last, { size: 3, numInputs, numOutputs });
    last = graph.activation('relu', last);
    last = graph.add(
      `pool${l + 1}`,
      { type: 'pool', method: 'max', size: [2, 2], strides: [2, 2], padding: 'same' },
      last,
    );
    [height, width, numInputs] = [Math.ceil(height / 2), Math.ceil(width / 2), numOutputs];
  });
  last = graph.add('flatten', { type: 'flatten' }, last);
  last = graph.dense('hidden', last, {
    numInputs: height * width * numInputs,
    numOutputs: hidden,
    activation: 'relu',
  });
  last = graph.activation('relu', last);
  if (dropout > 0) last = graph.add('dropout', { type: 'dropout', rate: dropout }, last);
  graph.head(last, hidden, numClasses, headScale);
  return graph.network();
}
