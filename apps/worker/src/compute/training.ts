import type { ModelConfig } from '@tangent/contracts';
import { buildNetwork, defaultTraining, type NetworkConfig, type TrainingConfig } from '@tangent/models';
import { decodeCheckpoint, type Network, numOutputsOf } from '@tangent/networks';

/** Labels from which on a tenth can be held back to say when to stop. */
const fewestToHoldBack = 50;

/** How the settings of a project say that a network with inputs of `inputShape` is trained on `numLabels` labels. */
export function trainingOf(
  model: ModelConfig,
  { inputShape }: Pick<Network, 'inputShape'>,
  numLabels: number,
): TrainingConfig {
  const { steps, batchSize, loss, labelSmoothing, learningRate, weightDecay, augmentation } = model;
  return {
    ...defaultTraining,
    steps,
    batchSize,
    loss,
    labelSmoothing,
    optimizer:
      model.optimizer === 'adam'
        ? { type: 'adam', learningRate, beta1: 0.9, beta2: 0.99, weightDecay }
        : { type: 'sgd', learningRate, momentum: 0.9, weightDecay },
    earlyStopping:
      model.earlyStopping && numLabels >= fewestToHoldBack
        ? { share: 0.1, everySteps: 10, patience: 5 }
        : null,
    augmentation: inputShape.length === 3 ? augmentation : null,
  };
}

/** A model that the project's inputs or classes do not fit; the message says what would. */
export class ModelUnfitError extends Error {
  override readonly name = 'ModelUnfitError';
  readonly code = 'model-unfit';
}

export interface Start {
  /** Of one example: [inputs] or [height, width, channels]. */
  readonly inputShape: readonly number[];
  readonly numClasses: number;
  readonly seed: number;
  /** Checkpoint to go on from: an imported network, or the round before; empty: none. */
  readonly from: Uint8Array;
}

/**
 * The network that training starts from: fresh, or `from` with a fresh last layer where its outputs are not the classes.
 * Throws ModelUnfitError.
 */
export function networkToTrain(model: ModelConfig, start: Start): Network {
  const { inputShape, numClasses, seed, from } = start;
  const numInputs = inputShape.reduce((product, extent) => product * extent, 1);
  if (from.length > 0) {
    const network = decodeCheckpoint(from);
    const size = network.inputShape.reduce((product, extent) => product * extent, 1);
    // Flat inputs and images of one size are the same numbers; images of two shapes are not.
    const isFlat = network.inputShape.length === 1 || inputShape.length === 1;
    if (size !== numInputs || (!isFlat && String(network.inputShape) !== String(inputShape)))
      throw new ModelUnfitError(
        `the network reads inputs of shape [${network.inputShape}], and the items give [${inputShape}]; bring a network for them, or choose another model.kind`,
      );
    return numOutputsOf(network) === numClasses ? network : withFreshHead(network, numClasses, seed);
  }
  try {
    return buildNetwork(architectureOf(model), shapeFor(model, inputShape, numInputs), numClasses, seed);
  } catch (cause) {
    if (cause instanceof RangeError) throw new ModelUnfitError(cause.message, { cause });
    throw cause;
  }
}

/** Perceptrons read images as vectors. */
const shapeFor = ({ kind }: ModelConfig, inputShape: readonly number[], numInputs: number) =>
  kind === 'linear' || kind === 'mlp' ? [numInputs] : inputShape;

function architectureOf(model: ModelConfig): NetworkConfig {
  const { hidden, dropout, width, blocksPerLayer } = model;
  switch (model.kind) {
    case 'linear':
      return { kind: 'linear' };
    case 'mlp':
      return { kind: 'mlp', hidden, activation: 'relu', dropout };
    case 'cnn':
      return { kind: 'cnn', channels: [32 * width, 64 * width], hidden: 128, dropout };
    case 'wide-resnet':
      return { kind: 'wide-resnet', blocksPerLayer: blocksPerLayer === 2 ? 2 : 1, width: 16 * width };
    case 'resnet18':
      return { kind: 'resnet18', width: 64 * width };
    case 'imported':
      throw new ModelUnfitError(
        'model.kind “imported” needs model.networkId, the id of a network of the project; POST /v1/projects/{id}/networks brings one',
      );
  }
}

/** The network with a last layer of other outputs, which starts small as those of fresh networks do. */
function withFreshHead(network: Network, numClasses: number, seed: number): Network {
  const head = network.nodes.at(-1)!;
  if (head.operation.type !== 'dense') throw new ModelUnfitError(`the last layer ${head.name} must be dense`);
  const fresh = buildNetwork({ kind: 'linear' }, [head.operation.kernel.shape[0]!], numClasses, seed);
  return {
    ...network,
    nodes: [...network.nodes.slice(0, -1), { ...head, operation: fresh.nodes.at(-1)!.operation }],
  };
}
