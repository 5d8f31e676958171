import type { ComputeContext } from '@tangent/compute';
import type { KernelConfig } from '@tangent/contracts';
import { decodeCheckpoint } from '@tangent/models';
import { encodeFactors, gradientFactors, sketchFeatures } from '@tangent/ntk';
import { headOf } from './head.js';

export interface FeaturesInput {
  readonly checkpoint: Uint8Array;
  /** [n, numInputs]. */
  readonly x: Float32Array;
  readonly numItems: number;
  readonly kernel: KernelConfig;
  /** Weight of each layer, as the training found it. */
  readonly weights: readonly number[];
  readonly isSketched: boolean;
  readonly seed: number;
}

/** Gradient features of a slice, as the bytes of a blob: exact factors, or a sketch of them. */
export function computeFeatures(
  { checkpoint, x, numItems, kernel, weights, isSketched, seed }: FeaturesInput,
  context: ComputeContext,
): Uint8Array {
  const network = decodeCheckpoint(checkpoint);
  const head = headOf(kernel.type, seed);
  const { dimension } = kernel;
  const factors = isSketched
    ? sketchFeatures(network, x, numItems, head, weights, { dimension, seed })
    : gradientFactors(network, x, numItems, head);
  context.checkCancelled();
  return encodeFactors(factors);
}
