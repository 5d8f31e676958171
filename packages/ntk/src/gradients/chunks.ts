import { fieldsOf } from './layer-factors.js';
import { linearLayer } from './layer-gradients.js';
import type { LayerPlan } from './layer-plan.js';
import type { TrainedNodes } from './trained-nodes.js';

/** Float32 numbers that a chunk may hold at a time. */
const numbersAtATime = 2 ** 24;
const maxChunk = 4_096;

/**
 * Examples a chunk: activations, their derivatives, patches, and the numbers of each example that come out of them stay
 * within 64 MiB or so.
 */
export function chunkOf({ numActivations, hidden }: TrainedNodes, numbersOfExample: number): number {
  const patches = hidden
    .map(linearLayer)
    .map((linear) => (linear ? linear.numPositions * linear.patchWidth : 0));
  const perExample = 3 * numActivations + patches.reduce((sum, p) => sum + p, 0) + numbersOfExample;
  return Math.max(1, Math.min(maxChunk, Math.floor(numbersAtATime / perExample)));
}

/** Float32 numbers in the factors of one example; the embedding counts once. */
export function planWidth({ starts, shapes }: LayerPlan): number {
  return shapes
    .flatMap((shape) => fieldsOf(shape, Math.max(1, starts.length)))
    .reduce((sum, { width }) => sum + width, 0);
}

/** Consecutive examples of x, `chunk` at a time. Throws RangeError for a chunk that is not a positive integer. */
export function* eachChunk(
  x: Float32Array,
  numExamples: number,
  chunk: number,
): Generator<{ readonly examples: Float32Array; readonly from: number; readonly count: number }> {
  if (!(Number.isInteger(chunk) && chunk > 0)) throw new RangeError(`a chunk of ${chunk} examples is none`);
  const width = x.length / numExamples;
  for (let from = 0; from < numExamples; from += chunk) {
    const count = Math.min(chunk, numExamples - from);
    yield { examples: x.subarray(from * width, (from + count) * width), from, count };
  }
}
