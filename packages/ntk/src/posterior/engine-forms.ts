import * as tf from '@tensorflow/tfjs-core';
import type { FeatureCore } from './feature-core.js';

// d features, k classes; A⁻¹, G and W as in feature-core.ts.

/** φᵀA⁻¹φ, φᵀGφ and φᵀW of many examples, in float32 on the tensor engine. To be disposed of. */
export class EngineForms {
  private readonly inverse: tf.Tensor2D;
  private readonly gain: tf.Tensor2D;
  private readonly weights: tf.Tensor2D;

  constructor({ inverse, gain, weights, numClasses }: FeatureCore, dimension: number) {
    const square: [number, number] = [dimension, dimension];
    this.inverse = tf.tensor2d(Float32Array.from(inverse), square);
    this.gain = tf.tensor2d(Float32Array.from(gain), square);
    this.weights = tf.tensor2d(Float32Array.from(weights), [dimension, numClasses]);
  }

  /** features: [n, d] → q, n: [n] and shifts: [n, k]. 4nd² flops. */
  of(features: Float32Array, count: number): { q: Float32Array; n: Float32Array; shifts: Float32Array } {
    const [q, n, shifts] = tf.tidy(() => {
      const x = tf.tensor2d(features, [count, this.inverse.shape[0]]);
      const form = (matrix: tf.Tensor2D) => tf.sum(tf.mul(tf.matMul(x, matrix), x), 1);
      return [form(this.inverse), form(this.gain), tf.matMul(x, this.weights)];
    }) as [tf.Tensor, tf.Tensor, tf.Tensor];
    const read = (tensor: tf.Tensor) => {
      const values = tensor.dataSync<'float32'>() as Float32Array;
      tensor.dispose();
      return values;
    };
    return { q: read(q), n: read(n), shifts: read(shifts) };
  }

  dispose(): void {
    tf.dispose([this.inverse, this.gain, this.weights]);
  }
}
