import { buildNetwork, defaultTraining, predictNetwork, trainNetwork } from '@tangent/models';

export interface ClassifierTraining {
  /** [n, numInputs]. */
  readonly x: Float32Array;
  readonly numInputs: number;
  readonly classes: Int32Array;
  readonly numClasses: number;
  readonly steps: number;
  readonly seed: number;
  /** Sees the outputs, [rows, k], of a batch before the step that trains on it. */
  readonly onVisit: (rows: Int32Array, outputs: Float32Array) => void;
}

export const batchSize = 32;

/**
 * Trains a perceptron with one hidden layer by Adam on the cross-entropy, each step on examples drawn anew; returns f of
 * all items, [n, k].
 */
export function trainClassifier(training: ClassifierTraining): Float32Array {
  const { x, numInputs, classes, numClasses, steps, seed, onVisit } = training;
  const { network } = trainNetwork(
    buildNetwork({ kind: 'mlp', hidden: [64], activation: 'relu' }, [numInputs], numClasses, seed),
    { x, classes },
    {
      ...defaultTraining,
      loss: 'cross-entropy',
      optimizer: { ...defaultTraining.optimizer, learningRate: 1e-2 },
      batchSize,
      steps,
    },
    seed,
    { onVisit: ({ rows, outputs }) => onVisit(rows, outputs) },
  );
  return predictNetwork(network, x, classes.length);
}
