import type * as tf from '@tensorflow/tfjs-core';

/** The numbers of a tensor, which is disposed of. */
export function read(tensor: tf.Tensor): Float32Array {
  try {
    return tensor.dataSync<'float32'>() as Float32Array;
  } finally {
    tensor.dispose();
  }
}
