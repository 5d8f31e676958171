// n examples, S positions, m numbers in a patch, o outputs of a layer, d features, R and S random matrices.

import { createRandom, type Random } from '@tangent/compute';
import * as tf from '@tensorflow/tfjs-core';
import { byPosition, gradientOfLayer, gradientWidth, linearLayer } from '../gradients/layer-gradients.js';
import type { TrainedNode } from '../gradients/trained-nodes.js';

export interface SketchShape {
  /** d. */
  readonly dimension: number;
  readonly seed: number;
  /**
   * `product`: (p R) ⊙ (δ S), d columns in both. `kronecker`: vec((P R)ᵀ(Δ S)), as many columns in R as in S where d is a
   * square: far cheaper for convolutions, and less exact. Default `product`.
   */
  readonly method?: 'product' | 'kronecker';
  /** Of the entries of the random matrices. Default `rademacher`: ±1. */
  readonly distribution?: 'rademacher' | 'gaussian';
}

/**
 * The random matrices of one layer, drawn once; φ_l of any examples under them. E[φ_l·φ_l′] = K_l for each head vector, and
 * for different head vectors 0 (`isShared` false: matrices of their own) or their block of the eNTK (true: the same).
 * The caller disposes of it. Source: MATH §2; Kar & Karnick 2012 for random Maclaurin products.
 */
export class LayerSketch {
  private readonly tensors = new Map<string, tf.Tensor>();
  private readonly widths: readonly [left: number, right: number];
  private readonly random: Random;

  constructor(
    private readonly layer: TrainedNode,
    private readonly shape: SketchShape,
    private readonly isShared: boolean,
  ) {
    this.random = createRandom(shape.seed).fork('sketch').fork(layer.node.name);
    this.widths = columnsOf(shape);
  }

  /**
   * What φ needs of the layer's input, the same for all head vectors: P R and the bias's row of R, [n, S, columns of R], by a
   * convolution whose filters are random; of a norm or a depthwise convolution the input itself.
   */
  prepared(a: tf.Tensor): tf.Tensor {
    const { operation } = this.layer.node;
    const [left] = this.widths;
    const n = a.shape[0]!;
    switch (operation.type) {
      case 'embedding': {
        const rows = this.matrix('inputs', [operation.table.shape[0]!, left], 0);
        return tf.gather(rows, tf.cast(tf.reshape(a, [n, a.size / n]), 'int32'));
      }
      case 'dense':
      case 'conv2d': {
        const random = this.matrix('inputs', [...operation.kernel.shape.slice(0, -1), left], 0);
        const product =
          operation.type === 'conv2d'
            ? tf.conv2d(
                a as tf.Tensor4D,
                random as tf.Tensor4D,
                [...operation.strides],
                operation.padding,
                'NHWC',
                [...operation.dilations],
              )
            : tf.matMul(tf.reshape(a, [-1, a.shape.at(-1)!]) as tf.Tensor2D, random as tf.Tensor2D);
        const projected = tf.reshape(product, [n, product.size / (n * left), left]);
        return operation.bias ? tf.add(projected, this.matrix('bias', [left], 0)) : projected;
      }
      default:
        return tf.clone(a);
    }
  }

  /** φ of the gradient by the layer's parameters, [n, d]. delta: ∂h/∂z at the layer's output, h: the head vector. */
  features(prepared: tf.Tensor, delta: tf.Tensor, h: number): tf.Tensor {
    const { dimension } = this.shape;
    if (!isProduct(this.layer)) {
      const random = this.matrix('gradient', [gradientWidth(this.layer), dimension], h) as tf.Tensor2D;
      const gradient = gradientOfLayer(this.layer, prepared, delta);
      return tf.mul(tf.matMul(gradient, random), 1 / Math.sqrt(dimension));
    }
    const deltas = byPosition(delta);
    const [n, positions, numDeltas] = deltas.shape;
    const [, right] = this.widths;
    const random = this.matrix('outputs', [numDeltas, right], h) as tf.Tensor2D;
    const flat = tf.reshape(deltas, [n * positions, numDeltas]) as tf.Tensor2D;
    return this.combined(prepared, tf.reshape(tf.matMul(flat, random), [n, positions, right]));
  }

  /** φ of the last layer, [n, d], where ∂h/∂z is the h-th unit vector: Δ S is then one row of S for all examples. */
  lastFeatures(prepared: tf.Tensor, h: number): tf.Tensor {
    const row = this.matrix(`output ${h}`, [1, 1, this.widths[1]], 0);
    return this.combined(prepared, tf.tile(row, [prepared.shape[0]!, 1, 1]));
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    this.tensors.clear();
  }

  private combined(left: tf.Tensor, right: tf.Tensor): tf.Tensor {
    const { dimension, method } = this.shape;
    const products =
      method === 'kronecker'
        ? tf.reshape(tf.matMul(left as tf.Tensor3D, right as tf.Tensor3D, true, false), [-1, dimension])
        : tf.sum(tf.mul(left, right), 1);
    return tf.mul(products, 1 / Math.sqrt(dimension));
  }

  /** A random matrix by name; of its own for each head vector unless they are shared. */
  private matrix(name: string, shape: readonly number[], h: number): tf.Tensor {
    const key = this.isShared || h === 0 ? name : `${name} of head ${h}`;
    const known = this.tensors.get(key);
    if (known) return known;
    const random = this.random.fork(key);
    const draw = this.shape.distribution === 'gaussian' ? () => random.normal() : () => random.sign();
    const size = shape.reduce((product, extent) => product * extent, 1);
    const drawn = tf.keep(tf.tensor(Float32Array.from({ length: size }, draw), [...shape]));
    this.tensors.set(key, drawn);
    return drawn;
  }
}

/** Whether the gradient is a product PᵀΔ, of patches or of tokens. */
const isProduct = (layer: TrainedNode) =>
  linearLayer(layer) !== null || layer.node.operation.type === 'embedding';

/** Columns of R and of S: both d, or for the Kronecker sketch the two factors of d that are nearest to each other. */
export function columnsOf({ dimension, method }: SketchShape): readonly [left: number, right: number] {
  if (!(Number.isInteger(dimension) && dimension > 0))
    throw new RangeError(`a sketch of ${dimension} features is none; take a positive integer`);
  if (method !== 'kronecker') return [dimension, dimension];
  let right = Math.floor(Math.sqrt(dimension));
  while (dimension % right !== 0) right -= 1;
  return [dimension / right, right];
}
