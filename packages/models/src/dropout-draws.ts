import { createRandom } from '@tangent/compute';
import {
  embeddingNode,
  forward,
  inputName,
  type Network,
  networkTensors,
  numOutputsOf,
  shapesOf,
  sizeOf,
} from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { assertInputs, headOf, numInputsOf } from './network-parts.js';
import { chunkFor, embeddingsOf } from './predict-network.js';
import { classProbabilities } from './probabilities.js';
import { dropoutMask } from './training/dropout-masks.js';
import type { LossName } from './training/training-config.js';

export interface DropoutDrawOptions {
  readonly numDraws: number;
  /** Where the network has no dropout of its own (of a rate above 0): share of the activations before the last layer that is dropped; default 0.5. */
  readonly rate?: number;
  readonly seed: number;
  /** That the network was trained with: how its outputs are read as probabilities; default squared. */
  readonly loss?: LossName;
  /** Examples at once. */
  readonly chunk?: number;
}

/**
 * Class probabilities under random dropout masks, [numExamples, numDraws, k] float32 (MC dropout, Gal & Ghahramani 2016). The
 * masks sit on the dropout nodes, with their rates; where none has a rate above 0, on the activations before the last layer. A draw
 * has one mask for all examples, so that each draw is a function, whose values at several examples may be compared
 * (consistent dropout, Kirsch et al. 2019, BatchBALD). Cost: numDraws forward passes, or one and numDraws last layers.
 * x: [numExamples, …inputShape]. Throws RangeError for inputs and options that do not fit.
 */
export function dropoutDraws(
  network: Network,
  x: Float32Array,
  numExamples: number,
  options: DropoutDrawOptions,
): Float32Array {
  const { numDraws, rate = 0.5, seed, loss = 'squared', chunk = chunkFor(network) } = options;
  if (!(Number.isSafeInteger(numDraws) && numDraws >= 1))
    throw new RangeError(`dropoutDraws: numDraws is ${numDraws}; it must be a whole number from 1 on`);
  if (!(rate >= 0 && rate < 1))
    throw new RangeError(`dropoutDraws: rate is ${rate}; it must be at least 0 and below 1`);
  assertInputs(network, x, numExamples, 'dropoutDraws');
  const hasDropout = network.nodes.some(
    ({ operation }) => operation.type === 'dropout' && operation.rate > 0,
  );
  const masked = hasDropout ? { network, x } : headAlone(network, x, numExamples, rate);
  const k = numOutputsOf(network);
  const draws = new Float32Array(numExamples * numDraws * k);
  forEachDraw(masked.network, masked.x, { numExamples, numDraws, seed, chunk }, (outputs, draw, from) => {
    const p = classProbabilities(outputs, k, loss);
    for (let row = 0; row * k < p.length; row++)
      draws.set(p.subarray(row * k, (row + 1) * k), ((from + row) * numDraws + draw) * k);
  });
  return draws;
}

/** The last layer as a network of its own behind a dropout, and its inputs. */
function headAlone(network: Network, x: Float32Array, numExamples: number, rate: number) {
  const head = headOf(network);
  const { values, width } = embeddingsOf(network, x, numExamples);
  const name = `${embeddingNode(network)}-dropout`;
  const alone: Network = {
    inputShape: [width],
    nodes: [
      { name, operation: { type: 'dropout', rate }, inputs: [inputName] },
      { ...head, inputs: [name] },
    ],
  };
  return { network: alone, x: values };
}

interface Draws {
  readonly numExamples: number;
  readonly numDraws: number;
  readonly seed: number;
  readonly chunk: number;
}

function forEachDraw(
  network: Network,
  x: Float32Array,
  { numExamples, numDraws, seed, chunk }: Draws,
  take: (outputs: Float32Array, draw: number, from: number) => void,
): void {
  const shapes = shapesOf(network);
  const head = headOf(network).name;
  const numInputs = numInputsOf(network);
  const random = createRandom(seed).fork('dropout draws');
  tf.tidy(() => {
    const tensors = networkTensors(network);
    for (let draw = 0; draw < numDraws; draw++) {
      const stream = random.fork(String(draw));
      const masks = new Map<string, tf.Tensor>();
      for (const { name, operation } of network.nodes)
        if (operation.type === 'dropout') {
          const shape = shapes.get(name)!;
          const mask = dropoutMask(sizeOf(shape), operation.rate, stream);
          masks.set(name, tf.tensor(mask, [1, ...shape]));
        }
      for (let from = 0; from < numExamples; from += chunk) {
        const rows = Math.min(chunk, numExamples - from);
        const outputs = tf.tidy(() => {
          const slice = x.subarray(from * numInputs, (from + rows) * numInputs);
          return forward(network, tensors, tf.tensor(slice, [rows, ...network.inputShape]), { masks }).get(
            head,
          )!;
        });
        take(outputs.dataSync() as Float32Array, draw, from);
        outputs.dispose();
      }
      tf.dispose([...masks.values()]);
    }
  });
}
