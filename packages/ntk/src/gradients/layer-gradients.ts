// n examples, S positions, m numbers in a patch, o outputs of a layer.

import type { Operation } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import { patchesOf, tapsOf } from './patches.js';
import { sizeOf, type TrainedNode } from './trained-nodes.js';

/** A layer that multiplies patches of its input by one matrix at every position: z_s = p_s W + b. */
export interface LinearLayer {
  readonly numPositions: number;
  readonly patchWidth: number;
  readonly numDeltas: number;
  readonly hasBias: boolean;
}

/** Null for a layer of another kind. */
export function linearLayer({ node: { operation }, outputShape }: TrainedNode): LinearLayer | null {
  if (operation.type !== 'dense' && operation.type !== 'conv2d') return null;
  const numDeltas = outputShape.at(-1)!;
  return {
    numPositions: sizeOf(outputShape) / numDeltas,
    patchWidth: operation.kernel.values.length / numDeltas,
    numDeltas,
    hasBias: operation.bias !== null,
  };
}

/** P, [n, S, m], of a linear layer. */
export function patchesOfLayer({ node: { operation }, outputShape }: TrainedNode, a: tf.Tensor): tf.Tensor3D {
  if (operation.type === 'conv2d') return patchesOf(operation, a, outputShape);
  const width = a.shape.at(-1)!;
  return tf.reshape(a, [a.shape[0]!, a.size / (a.shape[0]! * width), width]);
}

/** δ by position, [n, S, o]. */
export function byPosition(delta: tf.Tensor): tf.Tensor3D {
  const [n, width] = [delta.shape[0]!, delta.shape.at(-1)!];
  return tf.reshape(delta, [n, delta.size / (n * width), width]);
}

/** Numbers in the gradient of one example: the layer's trained parameters. */
export function gradientWidth({ node: { operation } }: TrainedNode): number {
  const sizes = trainedArrays(operation).map((parameter) => parameter?.values.length ?? 0);
  return sizes.reduce((sum, size) => sum + size, 0);
}

function trainedArrays(operation: Operation) {
  switch (operation.type) {
    case 'dense':
    case 'conv2d':
    case 'depthwise-conv2d':
      return [operation.kernel, operation.bias];
    case 'batch-norm':
    case 'layer-norm':
      return [operation.gamma, operation.beta];
    case 'embedding':
      return [operation.table];
    default:
      return [];
  }
}

/**
 * The layer's gradient written out, [n, gradientWidth]: of a convolution Pᵀ Δ and Σ_s δ_s, of a norm Σ_s x̂_s ⊙ δ_s and
 * Σ_s δ_s. a: the layer's input, delta: ∂h/∂z at its output. Not for embeddings, whose gradient is nearly all zeros.
 */
export function gradientOfLayer(trained: TrainedNode, a: tf.Tensor, delta: tf.Tensor): tf.Tensor2D {
  const { operation } = trained.node;
  const n = a.shape[0]!;
  const deltas = byPosition(delta);
  const flat = (gradient: tf.Tensor) => tf.reshape(gradient, [n, gradient.size / n]);
  const sums = (isThere: unknown, of: () => tf.Tensor) => (isThere ? [flat(tf.sum(of(), 1))] : []);
  switch (operation.type) {
    case 'dense':
    case 'conv2d':
      return tf.concat2d(
        [
          flat(tf.matMul(patchesOfLayer(trained, a), deltas, true, false)),
          ...sums(operation.bias, () => deltas),
        ] as tf.Tensor2D[],
        1,
      );
    case 'depthwise-conv2d': {
      const [, , channels, multiplier] = operation.kernel.shape as [number, number, number, number];
      const positions = deltas.shape[1];
      const byChannel = tf.reshape(deltas, [n, positions, channels, multiplier]);
      const taps = tapsOf(operation, a, trained.outputShape).map((tap) =>
        flat(tf.sum(tf.mul(tf.expandDims(tap, 3), byChannel), 1)),
      );
      return tf.concat2d([...taps, ...sums(operation.bias, () => deltas)] as tf.Tensor2D[], 1);
    }
    case 'batch-norm':
    case 'layer-norm':
      return tf.concat2d(
        [
          ...sums(operation.gamma, () => tf.mul(byPosition(normalised(operation, a)), deltas)),
          ...sums(operation.beta, () => deltas),
        ] as tf.Tensor2D[],
        1,
      );
    default:
      throw new RangeError(
        `layer ${trained.node.name} (${operation.type}) has no gradient that is written out`,
      );
  }
}

/** x̂: the input less its mean, over its deviation. */
function normalised(
  operation: Extract<Operation, { type: 'batch-norm' | 'layer-norm' }>,
  a: tf.Tensor,
): tf.Tensor {
  const { mean, variance } =
    operation.type === 'layer-norm'
      ? tf.moments(a, -1, true)
      : { mean: tf.tensor1d(operation.mean.values), variance: tf.tensor1d(operation.variance.values) };
  return tf.mul(tf.sub(a, mean), tf.rsqrt(tf.add(variance, operation.epsilon)));
}
