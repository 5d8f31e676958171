import * as tf from '@tensorflow/tfjs-core';
import type { Mlp } from './mlp.js';
import { activations, layerTensors } from './mlp-tensors.js';

/**
 * f(x) of every row, [numExamples, numClasses] float32, `chunk` rows at a time to bound the memory.
 * x: [numExamples, numInputs]. Throws RangeError for inputs that do not fit.
 */
export function predictMlp(model: Mlp, x: Float32Array, numExamples: number, chunk = 4096): Float32Array {
  const numInputs = model.layers[0]!.numInputs;
  const numClasses = model.layers.at(-1)!.numOutputs;
  if (x.length !== numExamples * numInputs)
    throw new RangeError(
      `predictMlp: ${x.length} numbers do not make ${numExamples} examples of ${numInputs} inputs`,
    );
  const outputs = new Float32Array(numExamples * numClasses);
  tf.tidy(() => {
    const layers = model.layers.map(layerTensors);
    for (let from = 0; from < numExamples; from += chunk) {
      const rows = Math.min(chunk, numExamples - from);
      const part = tf.tidy(() => {
        const slice = x.subarray(from * numInputs, (from + rows) * numInputs);
        return activations(layers, tf.tensor2d(slice, [rows, numInputs])).at(-1)!;
      });
      outputs.set(part.dataSync<'float32'>() as Float32Array, from * numClasses);
      part.dispose();
    }
  });
  return outputs;
}
