import * as tf from '@tensorflow/tfjs-core';
import type { LossName } from './training-config.js';

/** Mean over the examples of Σ_k (f − y)², or of −Σ_k y ln softmax(f). outputs f, targets y: [n, k]. */
export function meanLoss(name: LossName, outputs: tf.Tensor, targets: tf.Tensor): tf.Scalar {
  const sum =
    name === 'squared'
      ? tf.sum(tf.square(tf.sub(outputs, targets)))
      : tf.neg(tf.sum(tf.mul(targets, tf.logSoftmax(outputs as tf.Tensor2D))));
  return tf.div(sum, outputs.shape[0]!);
}
