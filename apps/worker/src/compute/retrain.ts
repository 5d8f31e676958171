import { predictNetwork, type TrainingConfig, TrainingDivergedError, trainNetwork } from '@tangent/models';
import { decodeCheckpoint, type Network } from '@tangent/networks';
import { takeRows } from '@tangent/ntk';
import type { ScoringSettings, StateItems } from './pool-state.js';
import { trainingOf } from './training.js';

/** Steps of naive retraining from the round's network: enough for one more label to show. */
const steps = 60;
const momentum = 0.9;
/** Rates that are tried, each half of the one before. */
const rates = Array.from({ length: 24 }, (_, i) => 0.1 / 2 ** i);
/** A loss that ends above this many times what it was has grown: where descent is unstable, it does so in every step. */
const mostGrowth = 4;
/** Of labels that are fitted to rounding, any loss is a multiple. */
const noLoss = 1e-6;

/**
 * Trains the round's network on with one more label, or with none, and gives its outputs over E, [E, k]. By gradient descent
 * with momentum, as in Mohamadi, Bae & Sutherland 2022, whatever the optimizer of the project: Adam’s steps are as long for
 * what is learnt already, and hide what a label changes. Throws what the training throws.
 */
export function retrainer(
  { checkpoint, model, seed }: ScoringSettings,
  { features, labels, evaluation }: StateItems,
  checkCancelled: () => void,
): (item: number | null, classIndex: number) => Float64Array {
  const network = decodeCheckpoint(checkpoint);
  const inputsAt = (rows: Int32Array) => takeRows(features.inputs.values, features.inputs.width, rows);
  const evaluationInputs = inputsAt(evaluation);
  const dataOf = (all: StateItems['labels']) => ({
    x: inputsAt(Int32Array.from(all, (label) => label.item)),
    classes: Int32Array.from(all, (label) => label.classIndex),
  });
  const train = (all: StateItems['labels'], config: TrainingConfig) =>
    trainNetwork(network, dataOf(all), config, seed, { checkCancelled });
  const base = {
    ...trainingOf(model, network, labels.length),
    steps,
    earlyStopping: null,
    augmentation: null,
  };
  const config = stableConfig(base, (tried) => train(labels, tried));
  const outputsOf = (trained: Network) =>
    Float64Array.from(predictNetwork(trained, evaluationInputs, evaluation.length));
  return (item, classIndex) =>
    outputsOf(train(item === null ? labels : [...labels, { item, classIndex }], config).network);
}

/** Half of the first rate at which the loss does not grow: one more label must not make it unstable. */
function stableConfig(
  base: TrainingConfig,
  train: (config: TrainingConfig) => { readonly loss: number },
): TrainingConfig {
  const withRate = (learningRate: number): TrainingConfig => ({
    ...base,
    optimizer: { type: 'sgd', learningRate, momentum, weightDecay: 0 },
  });
  const before = train({ ...withRate(rates.at(-1)!), steps: 1 }).loss;
  const isStable = (rate: number) => {
    try {
      return train(withRate(rate)).loss <= mostGrowth * before + noLoss;
    } catch (error) {
      if (error instanceof TrainingDivergedError) return false;
      throw error;
    }
  };
  return withRate((rates.find(isStable) ?? rates.at(-1)!) / 2);
}
