import type { OptimizerConfig } from '@tangent/compute';
import type { Augmentation } from './augmentation.js';

/** Σ_k (f − y)² of an example, or −Σ_k y ln softmax(f). */
export type LossName = 'squared' | 'cross-entropy';

export interface EarlyStopping {
  /** Share of the examples that are held out of the steps, drawn from the seed; at least one. */
  readonly share: number;
  /** Steps between two looks at the held-out loss. */
  readonly everySteps: number;
  /** Looks without a new minimum before the training stops. */
  readonly patience: number;
}

/** How a network is trained. */
export interface TrainingConfig {
  readonly loss: LossName;
  readonly optimizer: OptimizerConfig;
  /** At most. */
  readonly steps: number;
  /** Examples a step; all of them when there are no more. */
  readonly batchSize: number;
  /** s: targets are (1 − s) y + s/k. */
  readonly labelSmoothing: number;
  /** What a moving average of a batch norm keeps in a step: a ← momentum · a + (1 − momentum) · batch. */
  readonly batchNormMomentum: number;
  /** Null: all examples are trained on, for all the steps. */
  readonly earlyStopping: EarlyStopping | null;
  /** Images are moved at random, anew in every step; null: every step sees them as they are. */
  readonly augmentation: Augmentation | null;
}

/** The measured recipe, docs/decisions/0006; β₂ = 0.99 forgets fast enough for the 150 steps of a round. */
export const defaultTraining: TrainingConfig = {
  loss: 'squared',
  optimizer: { type: 'adam', learningRate: 1e-3, beta1: 0.9, beta2: 0.99, weightDecay: 0 },
  steps: 150,
  batchSize: 256,
  labelSmoothing: 0,
  batchNormMomentum: 0.9,
  earlyStopping: null,
  augmentation: null,
};
