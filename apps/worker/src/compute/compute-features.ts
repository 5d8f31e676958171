import { type ComputeContext, softmaxRows } from '@tangent/compute';
import type { KernelConfig, ModelConfig } from '@tangent/contracts';
import { dropoutDraws } from '@tangent/models';
import { decodeCheckpoint, type Network } from '@tangent/networks';
import { type GradientFactors, gradientFactors, jacobianSketch, sketchFeatures } from '@tangent/ntk';
import { type FeaturePlan, headOf } from './feature-plan.js';
import { encodePoolFeatures, noMatrix } from './pool-features.js';

/** Dropout masks per item, and the share that they drop where the network has no dropout of its own. */
const draws = { numDraws: 20, rate: 0.25 };

export interface FeaturesInput {
  readonly checkpoint: Uint8Array;
  /** [n, …inputShape]. */
  readonly x: Float32Array;
  readonly numItems: number;
  readonly kernel: KernelConfig;
  readonly loss: ModelConfig['loss'];
  /** Weight of each layer, as the training found it. */
  readonly weights: readonly number[];
  readonly plan: FeaturePlan;
  readonly seed: number;
}

/** The features of a slice of the pool, as the bytes of a blob. */
export function computeFeatures(input: FeaturesInput, context: ComputeContext): Uint8Array {
  const { x, numItems, plan, loss, seed } = input;
  const network = decodeCheckpoint(input.checkpoint);
  const found = factorsOf(network, input);
  // Look-ahead regresses on one-hot targets: what a network under cross-entropy says of them are its probabilities.
  const factors =
    loss === 'squared'
      ? found
      : { ...found, outputs: Float32Array.from(softmaxRows(found.outputs, found.numClasses, 1)) };
  context.checkCancelled();
  return encodePoolFeatures({
    factors,
    draws: plan.hasDraws
      ? {
          values: dropoutDraws(network, x, numItems, { ...draws, loss, seed }),
          width: draws.numDraws * factors.numClasses,
        }
      : noMatrix,
    inputs: plan.hasInputs ? { values: x, width: x.length / Math.max(1, numItems) } : noMatrix,
  });
}

function factorsOf(
  network: Network,
  { x, numItems, kernel, weights, plan, seed }: FeaturesInput,
): GradientFactors {
  const { dimension, sketchMethod: method, sketchDistribution: distribution } = kernel;
  const shape = { dimension, seed, distribution, ...(method && { method }) };
  switch (plan.kernel) {
    // The kernel is one of the inputs, or nobody asks for it: only outputs and embeddings are wanted of the network.
    case 'infinite-width':
    case 'none':
      return gradientFactors(network, x, numItems, { type: 'last-layer' });
    case 'exact':
      return gradientFactors(network, x, numItems, headOf(kernel, seed));
    case 'sketch':
      return kernel.type === 'entk'
        ? jacobianSketch(network, x, numItems, weights, shape)
        : sketchFeatures(network, x, numItems, headOf(kernel, seed), weights, shape);
  }
}
