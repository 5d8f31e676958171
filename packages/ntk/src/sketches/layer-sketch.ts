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

  /** φ of the gradient by the layer's parameters, [n, d]. a: its input, delta: ∂h/∂z at its output, h: the head vector. */
  features(a: tf.Tensor, delta: tf.Tensor, h: number): tf.Tensor {
    const { operation } = this.layer.node;
    const hasMatrices = linearLayer(this.layer) !== null || operation.type === 'embedding';
    const scale = 1 / Math.sqrt(this.shape.dimension);
    if (!hasMatrices) {
      const width = gradientWidth(this.layer);
      const signs = this.matrix('gradient', [width, this.shape.dimension], h);
      return tf.mul(tf.matMul(gradientOfLayer(this.layer, a, delta), signs as tf.Tensor2D), scale);
    }
    const deltas = byPosition(delta);
    const [n, positions, numDeltas] = deltas.shape;
    const [, right] = this.widths;
    const rightMatrix = this.matrix('outputs', [numDeltas, right], h) as tf.Tensor2D;
    const flat = tf.reshape(deltas, [n * positions, numDeltas]) as tf.Tensor2D;
    const ofDeltas = tf.reshape(tf.matMul(flat, rightMatrix), [n, positions, right]) as tf.Tensor3D;
    return tf.mul(this.combined(this.ofInputs(a), ofDeltas), scale);
  }

  /**
   * φ of the last layer, [n, d], where ∂h/∂z is the head vector e_h (`isShared`) or any vector of norm 1.
   * embeddings: its input, [n, width].
   */
  lastFeatures(embeddings: tf.Tensor2D, h: number): tf.Tensor {
    const [n] = embeddings.shape;
    const row = this.matrix(`output ${h}`, [1, 1, this.widths[1]], 0);
    const ofDeltas = tf.tile(row, [n, 1, 1]) as tf.Tensor3D;
    return tf.mul(this.combined(this.ofInputs(embeddings), ofDeltas), 1 / Math.sqrt(this.shape.dimension));
  }

  dispose(): void {
    tf.dispose([...this.tensors.values()]);
    this.tensors.clear();
  }

  /** P R and the bias's row of R, [n, S, left]: a convolution whose filters are random. */
  private ofInputs(a: tf.Tensor): tf.Tensor3D {
    const { operation } = this.layer.node;
    const [left] = this.widths;
    const n = a.shape[0]!;
    if (operation.type === 'embedding') {
      const rows = this.matrix('inputs', [operation.table.shape[0]!, left], 0);
      const tokens = tf.cast(tf.reshape(a, [n, a.size / n]), 'int32');
      return tf.gather(rows, tokens) as tf.Tensor3D;
    }
    if (operation.type !== 'dense' && operation.type !== 'conv2d')
      throw new RangeError(`layer ${this.layer.node.name} (${operation.type}) has no patches`);
    const bias = operation.bias ? this.matrix('bias', [left], 0) : null;
    const shape = [...operation.kernel.shape.slice(0, -1), left];
    const matrix = this.matrix('inputs', shape, 0);
    const product =
      operation.type === 'conv2d'
        ? tf.conv2d(
            a as tf.Tensor4D,
            matrix as tf.Tensor4D,
            [...operation.strides],
            operation.padding,
            'NHWC',
            [...operation.dilations],
          )
        : tf.matMul(tf.reshape(a, [-1, a.shape.at(-1)!]) as tf.Tensor2D, matrix as tf.Tensor2D);
    const projected = tf.reshape(product, [n, product.size / (n * left), left]);
    return (bias ? tf.add(projected, bias) : projected) as tf.Tensor3D;
  }

  private combined(left: tf.Tensor3D, right: tf.Tensor3D): tf.Tensor {
    if (this.shape.method === 'kronecker') {
      const products = tf.matMul(left, right, true, false);
      return tf.reshape(products, [products.shape[0], this.shape.dimension]);
    }
    return tf.sum(tf.mul(left, right), 1);
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

/** Columns of R and of S: both d, or for the Kronecker sketch the two factors of d that are nearest to each other. */
export function columnsOf({ dimension, method }: SketchShape): readonly [left: number, right: number] {
  if (!(Number.isInteger(dimension) && dimension > 0))
    throw new RangeError(`a sketch of ${dimension} features is none; take a positive integer`);
  if (method !== 'kronecker') return [dimension, dimension];
  let right = Math.floor(Math.sqrt(dimension));
  while (dimension % right !== 0) right -= 1;
  return [dimension / right, right];
}
