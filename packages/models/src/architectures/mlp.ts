import type { ActivationName, Network } from '@tangent/networks';
import { GraphBuilder } from './build-graph.js';

export interface MlpConfig {
  readonly kind: 'mlp';
  /** Widths of the hidden layers. */
  readonly hidden: readonly number[];
  readonly activation: ActivationName;
  /** Share of every hidden layer that is dropped in training; default 0. */
  readonly dropout?: number;
  /** Times 1/√fan-in: deviation of the last layer's weights; default 0.1, which lets squared loss keep up with cross-entropy. */
  readonly headScale?: number;
}

/** The measured recipe, docs/decisions/0006. */
export const defaultMlp: MlpConfig = { kind: 'mlp', hidden: [256], activation: 'relu' };

/** A multilayer perceptron, seeded; without hidden layers a linear model. Inputs that are no vector are flattened. */
export function mlp(
  config: Omit<MlpConfig, 'kind'>,
  inputShape: readonly number[],
  numClasses: number,
  seed: number,
): Network {
  const { hidden, activation, dropout = 0, headScale = 0.1 } = config;
  // The name of the stream is older than the other architectures: with another one, all results would change.
  const graph = new GraphBuilder(inputShape, seed, 'mlp weights');
  let last = graph.flatInput();
  let numInputs = inputShape.reduce((size, extent) => size * extent, 1);
  hidden.forEach((numOutputs, l) => {
    const layer = graph.dense(`hidden${l + 1}`, last, { numInputs, numOutputs, activation });
    last = graph.activation(activation, layer);
    if (dropout > 0) last = graph.add(`dropout${l + 1}`, { type: 'dropout', rate: dropout }, last);
    numInputs = numOutputs;
  });
  graph.head(last, numInputs, numClasses, headScale);
  return graph.network();
}
