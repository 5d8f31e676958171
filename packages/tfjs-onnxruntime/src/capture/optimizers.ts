import * as tf from '@tensorflow/tfjs-core';
import { Buckets } from './buckets.js';
import type { Schedule } from './schedules.js';

/** Turns gradients into new parameters, inside a captured step. */
export interface StepOptimizer {
  /** State between steps. */
  readonly variables: readonly tf.Variable[];
  /** Numbers that change with the step, which counts from 0; inputs of the captured step. */
  scalarsAt(step: number): Readonly<Record<string, number>>;
  /** Assigns the parameters and the state. Gradients in the order of the parameters. */
  apply(gradients: readonly tf.Tensor[], scalars: Readonly<Record<string, tf.Tensor>>): void;
  dispose(): void;
}

export interface AdamOptions {
  readonly rate: Schedule;
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-8. */
  readonly epsilon?: number;
  /** Decoupled from the gradient (AdamW); default 0. */
  readonly weightDecay?: number;
}

/**
 * Adam (Kingma & Ba 2015, algorithm 1) with decoupled weight decay (Loshchilov & Hutter 2019, algorithm 2).
 * The state is kept without its factors 1 − β: M = m/(1−β₁), V = v/(1−β₂). Then a step is ten passes over memory instead
 * of fourteen: M ← β₁M + g, V ← β₂V + g², θ ← θ − a·M/(√V + b), with two numbers a and b for all the rest.
 */
export function adam(parameters: readonly tf.Variable[], options: AdamOptions): StepOptimizer {
  const { rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8, weightDecay = 0 } = options;
  const buckets = new Buckets(parameters);
  const means = buckets.zeros('adam-mean');
  const squares = buckets.zeros('adam-square');
  return {
    variables: [...means, ...squares],
    scalarsAt(step) {
      const meanScale = (1 - beta1) / (1 - beta1 ** (step + 1));
      const rootScale = Math.sqrt((1 - beta2) / (1 - beta2 ** (step + 1)));
      return {
        size: (rate(step) * meanScale) / rootScale,
        floor: epsilon / rootScale,
        keep: 1 - rate(step) * weightDecay,
      };
    },
    apply(gradients, { size, floor, keep }) {
      buckets.update(gradients, (theta, g, at) => {
        const mean = tf.add(tf.mul(means[at]!, beta1), g);
        const square = tf.add(tf.mul(squares[at]!, beta2), tf.square(g));
        means[at]!.assign(mean);
        squares[at]!.assign(square);
        const change = tf.mul(tf.div(mean, tf.add(tf.sqrt(square), floor!)), size!);
        return tf.sub(weightDecay === 0 ? theta : tf.mul(theta, keep!), change);
      });
    },
    dispose: () => tf.dispose([means, squares]),
  };
}

export interface SgdOptions {
  readonly rate: Schedule;
  /** Default 0. */
  readonly momentum?: number;
  /** Added to the gradient as weightDecay · θ; default 0. */
  readonly weightDecay?: number;
}

/** Stochastic gradient descent with heavy-ball momentum: B ← μB + g, θ ← θ − rate·B (Sutskever et al. 2013, as PyTorch). */
export function sgd(parameters: readonly tf.Variable[], options: SgdOptions): StepOptimizer {
  const { rate, momentum = 0, weightDecay = 0 } = options;
  const buckets = new Buckets(parameters);
  const velocities = momentum === 0 ? [] : buckets.zeros('sgd-velocity');
  return {
    variables: velocities,
    scalarsAt: (step) => ({ rate: rate(step) }),
    apply(gradients, scalars) {
      buckets.update(gradients, (theta, g, at) => {
        const pull = weightDecay === 0 ? g : tf.add(g, tf.mul(theta, weightDecay));
        const velocity = velocities[at];
        if (!velocity) return tf.sub(theta, tf.mul(pull, scalars.rate!));
        const next = tf.add(tf.mul(velocity, momentum), pull);
        velocity.assign(next);
        return tf.sub(theta, tf.mul(next, scalars.rate!));
      });
    },
    dispose: () => tf.dispose(velocities),
  };
}
