import * as tf from '@tensorflow/tfjs-core';

/** A Bᵀ of tensors [n, k] and [m, k]. */
export function timesTransposed(a: tf.Tensor2D, b: tf.Tensor2D): tf.Tensor2D {
  // The wasm engine's transposing product is a plain loop, 20 times slower than a transpose and a product.
  return tf.getBackend() === 'wasm' ? tf.matMul(a, tf.transpose(b)) : tf.matMul(a, b, false, true);
}

/** A Bᵀ, [n, m] float32, of arrays A [n, k] and B [m, k], on the chosen tensor engine. 2nmk flops. */
export function arrayTimesTransposed(
  a: Float32Array,
  n: number,
  b: Float32Array,
  m: number,
  k: number,
): Float32Array {
  return run(() => timesTransposed(tf.tensor2d(a, [n, k]), tf.tensor2d(b, [m, k])));
}

/** A B, [n, m] float32, of A [n, k] and B [k, m], on the chosen tensor engine. 2nmk flops. */
export function arrayTimes(a: Float32Array, n: number, b: Float32Array, m: number, k: number): Float32Array {
  return run(() => tf.matMul(tf.tensor2d(a, [n, k]), tf.tensor2d(b, [k, m])));
}

function run(product: () => tf.Tensor): Float32Array {
  const result = tf.tidy(product);
  try {
    return result.dataSync<'float32'>() as Float32Array;
  } finally {
    result.dispose();
  }
}
