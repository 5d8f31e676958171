import { inputName, type Network } from '@tangent/networks';
import { headOf } from '../network-parts.js';
import { embeddingsOf } from '../predict-network.js';
import { type Trained, type TrainingHooks, trainNetwork } from './train-network.js';
import type { TrainingConfig } from './training-config.js';
import { assertTrainable, type TrainingData } from './training-data.js';

/**
 * Trains the last layer only, on the embeddings that the rest of the network gives (a linear probe: frozen statistics, no
 * dropout), and puts it back; every other parameter stays the same array. With config.steps = τ it prepares the head before
 * all is tuned. Source: Ren et al. 2023, “How to prepare your task head for finetuning”. Cost: one forward pass of all
 * examples, then steps of a linear model. Throws as trainNetwork does.
 */
export function trainHead(
  network: Network,
  data: TrainingData,
  config: TrainingConfig,
  seed: number,
  hooks: TrainingHooks = {},
): Trained {
  const head = headOf(network);
  assertTrainable(network, data, 'trainHead');
  const { values, width } = embeddingsOf(network, data.x, data.classes.length);
  const probe: Network = { inputShape: [width], nodes: [{ ...head, inputs: [inputName] }] };
  const trained = trainNetwork(probe, { ...data, x: values }, config, seed, hooks);
  const { operation } = headOf(trained.network);
  return {
    ...trained,
    network: { ...network, nodes: [...network.nodes.slice(0, -1), { ...head, operation }] },
  };
}
