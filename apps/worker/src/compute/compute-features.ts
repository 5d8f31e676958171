import type { ComputeContext } from '@tangent/compute';
import type { KernelConfig } from '@tangent/contracts';
import { decodeCheckpoint } from '@tangent/networks';
import { encodeFactors, gradientFactors, sketchedFactors } from '@tangent/ntk';
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
  const factors = gradientFactors(decodeCheckpoint(checkpoint), x, numItems, headOf(kernel.type, seed));
  context.checkCancelled();
  return encodeFactors(
    isSketched ? sketchedFactors(factors, weights, { dimension: kernel.dimension, seed }) : factors,
  );
}
