import { defaultTraining, predictNetwork, type TrainingConfig, trainNetwork } from '@tangent/models';
import { takeRows } from '@tangent/ntk';
import { type Task, withItem } from './task.js';

/** How the network is trained on: full batches, so that a step is an epoch. */
export interface Reference {
  readonly name: string;
  readonly epochs: number;
  readonly optimizer: TrainingConfig['optimizer'];
}

/** At about the largest stable rate for these inputs: look-ahead is the limit of training on, not its first steps. */
const sgd: TrainingConfig['optimizer'] = { type: 'sgd', learningRate: 5e-3, momentum: 0.9, weightDecay: 0 };
const adam = defaultTraining.optimizer;

/** The first is what is timed. Longer training shows whether that changes the picture. */
export const references: readonly Reference[] = [
  { name: 'SGD, 15 epochs', epochs: 15, optimizer: sgd },
  { name: 'Adam, 15 epochs', epochs: 15, optimizer: adam },
  { name: 'SGD, 60 epochs', epochs: 60, optimizer: sgd },
  { name: 'Adam, 60 epochs', epochs: 60, optimizer: adam },
];

/**
 * Σ_E ‖f₊ − f₀‖₂ of every candidate by real retraining, and the milliseconds that one took, evaluation included. f₊: the
 * network trained on for `epochs` (a warm start, all labels in every step) with the candidate among the labels; f₀: the
 * control, trained on as long without it. Without the control, what the optimiser goes on doing by itself hides the rest.
 */
export function retrainAll(
  task: Task,
  classes: Int32Array,
  { epochs, optimizer }: Reference,
): { readonly changes: Float64Array; readonly msPerCandidate: number } {
  const { pool, network, candidates, evaluation, data } = task;
  const k = pool.numClasses;
  const x = takeRows(pool.x, pool.numInputs, evaluation);
  const outputsAfter = (rows: Task['data']) => {
    const config = { ...defaultTraining, optimizer, steps: epochs };
    return predictNetwork(trainNetwork(network, rows, config, 1).network, x, evaluation.length);
  };
  const control = outputsAfter(data);
  const startedAt = performance.now();
  const changes = Float64Array.from(candidates, (item, c) => {
    const after = outputsAfter(withItem(task, item, classes[c]!));
    let sum = 0;
    for (let e = 0; e < evaluation.length; e++) {
      let squared = 0;
      for (let j = e * k; j < (e + 1) * k; j++) squared += (after[j]! - control[j]!) ** 2;
      sum += Math.sqrt(squared);
    }
    return sum;
  });
  return { changes, msPerCandidate: (performance.now() - startedAt) / candidates.length };
}
