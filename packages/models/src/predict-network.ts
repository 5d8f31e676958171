import { forward, type Network, networkTensors, numOutputsOf } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { assertInputs, headOf, numInputsOf } from './network-parts.js';

/** Examples at once: images make many numbers of each. */
export const chunkFor = ({ inputShape }: Network): number => (inputShape.length === 1 ? 4096 : 256);

/**
 * f(x) of every example, [numExamples, k] float32, `chunk` of them at a time to bound the memory; batch norms use their
 * frozen statistics, dropout is off. x: [numExamples, …inputShape]. Throws RangeError for inputs that do not fit.
 */
export function predictNetwork(
  network: Network,
  x: Float32Array,
  numExamples: number,
  chunk = chunkFor(network),
): Float32Array {
  const head = headOf(network);
  assertInputs(network, x, numExamples, 'predictNetwork');
  return outputsAt(network, head.name, numOutputsOf(network), { x, numExamples, chunk });
}

/** The input of the last layer, [numExamples, width] float32; as predictNetwork. */
export function embeddingsOf(
  network: Network,
  x: Float32Array,
  numExamples: number,
  chunk = chunkFor(network),
): { readonly values: Float32Array; readonly width: number } {
  const head = headOf(network);
  assertInputs(network, x, numExamples, 'embeddingsOf');
  const width = head.operation.kernel.shape[0]!;
  return { values: outputsAt(network, head.inputs[0]!, width, { x, numExamples, chunk }), width };
}

interface Examples {
  readonly x: Float32Array;
  readonly numExamples: number;
  readonly chunk: number;
}

/** Outputs of a node, [numExamples, width]. */
function outputsAt(
  network: Network,
  node: string,
  width: number,
  { x, numExamples, chunk }: Examples,
): Float32Array {
  const numInputs = numInputsOf(network);
  const outputs = new Float32Array(numExamples * width);
  tf.tidy(() => {
    const tensors = networkTensors(network);
    for (let from = 0; from < numExamples; from += chunk) {
      const rows = Math.min(chunk, numExamples - from);
      const part = tf.tidy(() => {
        const slice = x.subarray(from * numInputs, (from + rows) * numInputs);
        return forward(network, tensors, tf.tensor(slice, [rows, ...network.inputShape])).get(node)!;
      });
      outputs.set(part.dataSync() as Float32Array, from * width);
      part.dispose();
    }
  });
  return outputs;
}
