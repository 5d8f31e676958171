import type { Network } from '@tangent/networks';
import { DifferentiableNetwork } from './gradients/backward-pass.js';
import { assertExamples } from './gradients/checks.js';
import { factorsOfChunk } from './gradients/chunk-factors.js';
import { chunkOf, eachChunk, planWidth } from './gradients/chunks.js';
import type { Head } from './gradients/head.js';
import type { LayerFactors } from './gradients/layer-factors.js';
import { planLayers } from './gradients/layer-plan.js';
import { allocateRows, copyRowsInPlace } from './rows.js';

/** Per-example gradients in factored form. */
export interface GradientFactors {
  readonly numExamples: number;
  readonly head: Head;
  /** H, the head vectors of every example; for `outputs` one for each logit. */
  readonly numHeads: number;
  /** In the order of the network, the last layer at the end. */
  readonly layers: readonly LayerFactors[];
  /** f(x), [n, k] float32. */
  readonly outputs: Float32Array;
  readonly numClasses: number;
  /** Input of the last layer, [n, embeddingWidth] float32; there even where the factors are a sketch. */
  readonly embeddings: Float32Array;
  readonly embeddingWidth: number;
}

export interface GradientOptions {
  /** Examples that are differentiated at a time; a matter of memory only. Default: as many as fit 64 MiB or so. */
  readonly chunk?: number;
}

/**
 * Gradient factors of a network for one head: one forward and one backward pass for every head vector over chunks of
 * examples, and one alone for the trace of one hidden layer. x: [n, …inputShape] float32.
 * Throws UnsupportedNetworkError, and RangeError for an x of another size.
 * Source: MATH §2; Novak et al. 2022, “structured derivatives”.
 */
export function gradientFactors(
  network: Network,
  x: Float32Array,
  numExamples: number,
  head: Head,
  options: GradientOptions = {},
): GradientFactors {
  assertExamples('gradientFactors', network, x, numExamples);
  const differentiable = new DifferentiableNetwork(network);
  try {
    const plan = planLayers(network, differentiable.trained, head);
    const chunk = options.chunk ?? chunkOf(differentiable.trained, planWidth(plan));
    let whole: GradientFactors | undefined;
    for (const { examples, from, count } of eachChunk(x, numExamples, chunk)) {
      const part = factorsOfChunk(differentiable, plan, head, examples, count);
      if (count === numExamples) return part;
      whole ??= allocateRows(part, numExamples);
      copyRowsInPlace(whole, part, from);
    }
    const shapes = new Float32Array(network.inputShape.reduce((product, extent) => product * extent, 1));
    return whole ?? allocateRows(factorsOfChunk(differentiable, plan, head, shapes, 1), 0);
  } finally {
    differentiable.dispose();
  }
}

/**
 * Bytes of the exact factors of one example, outputs and embeddings included: what decides between factors and a sketch.
 * Throws UnsupportedNetworkError.
 */
export function factorBytes(network: Network, head: Head): number {
  const differentiable = new DifferentiableNetwork(network);
  try {
    const { trained } = differentiable;
    const plan = planLayers(network, trained, head);
    return 4 * (trained.numOutputs + planWidth(plan));
  } finally {
    differentiable.dispose();
  }
}
