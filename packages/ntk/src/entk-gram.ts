// n items, k outputs.

import * as tf from '@tensorflow/tfjs-core';
import type { BlockGram } from './block-gram.js';
import { dot } from './dot.js';
import { timesTransposed } from './gemm.js';
import type { GradientFactors } from './gradient-factors.js';
import type {
  FeatureFactors,
  LayerFactors,
  OuterFactors,
  PatchFactors,
  TokenFactors,
} from './gradients/layer-factors.js';
import { read } from './gradients/read.js';
import { patchProducts } from './kernels/patch-products.js';
import { tokenProducts } from './kernels/token-products.js';
import { selectRows } from './rows.js';

/**
 * The empirical NTK J(x) J(x′)ᵀ exactly, with every layer times its weight (those of the trace), from factors of the head
 * `outputs`; of a `jacobianSketch`, with weight 1, its estimate. k² blocks cost k² times the pseudo-NTK. Throws RangeError for factors of another head.
 * Source: MATH §1 and §2; Novak et al. 2022.
 */
export function entkGram(factors: GradientFactors, weights: readonly number[]): BlockGram {
  const { numExamples: n, numClasses: k, head, numHeads, layers } = factors;
  // A last layer alone has no backward pass: its gradients are the same for all heads but for their place.
  const isLastAlone = layers.every((layer) => layer.kind === 'outer' && !layer.deltas);
  if (head.type !== 'outputs' || (numHeads !== k && !isLastAlone))
    throw new RangeError(
      `entkGram: the factors are of the head “${head.type}”, which mixes the outputs; take gradientFactors of the head “outputs”, or a jacobianSketch`,
    );
  if (weights.length !== layers.length)
    throw new RangeError(`entkGram: ${weights.length} weights for ${layers.length} layers`);
  return {
    numItems: n,
    numOutputs: k,
    diagonalBlocks: diagonalBlocks(factors, weights),
    block: inTiles(k, (rows, columns) =>
      blocksOf(selectRows(factors, rows), selectRows(factors, columns), weights),
    ),
  };
}

/** Numbers of a tile, so that the terms of all layers stay in memory. */
const tileSize = 2 ** 22;

/** The same block, some rows at a time. */
function inTiles(
  k: number,
  tile: (rows: ArrayLike<number>, columns: ArrayLike<number>) => Float32Array,
): BlockGram['block'] {
  return (rows, columns) => {
    const stride = columns.length * k;
    const step = Math.max(1, Math.floor(tileSize / Math.max(1, k * stride)));
    if (rows.length <= step) return tile(rows, columns);
    const whole = new Float32Array(rows.length * k * stride);
    for (let from = 0; from < rows.length; from += step)
      whole.set(tile(Array.prototype.slice.call(rows, from, from + step), columns), from * k * stride);
    return whole;
  };
}

/** [rows·k, columns·k]. The head vectors of the factors are e_j/√k, hence the factor k. */
function blocksOf(a: GradientFactors, b: GradientFactors, weights: readonly number[]): Float32Array {
  const k = a.numClasses;
  const [r, c] = [a.numExamples, b.numExamples];
  const blocks = tf.tidy(() => {
    const terms = a.layers.flatMap((layer, l) => {
      const scale = k * weights[l]!;
      return scale === 0 ? [] : [tf.mul(layerBlocks(layer, b.layers[l]!, r, c, k), scale)];
    });
    return terms.length === 0 ? tf.zeros([r * k, c * k]) : terms.reduce((sum, term) => tf.add(sum, term));
  });
  return read(blocks);
}

function layerBlocks(a: LayerFactors, b: LayerFactors, r: number, c: number, k: number): tf.Tensor {
  const rows = { from: 0, count: r };
  const columns = { from: 0, count: c };
  switch (a.kind) {
    case 'outer': {
      const other = b as OuterFactors;
      const products = timesTransposed(
        tf.tensor2d(a.inputs, [r, a.numInputs]),
        tf.tensor2d(other.inputs, [c, a.numInputs]),
      );
      const ofInputs = tf.reshape(a.hasBias ? tf.add(products, 1) : products, [r, 1, c, 1]);
      const ofDeltas =
        a.deltas && other.deltas
          ? tf.reshape(
              timesTransposed(
                tf.tensor2d(a.deltas, [r * k, a.numDeltas]),
                tf.tensor2d(other.deltas, [c * k, a.numDeltas]),
              ),
              [r, k, c, k],
            )
          : tf.div(tf.reshape(tf.eye(k), [1, k, 1, k]), k);
      return tf.reshape(tf.mul(ofInputs, ofDeltas), [r * k, c * k]);
    }
    case 'features':
      return timesTransposed(
        tf.tensor2d(a.values, [r * k, a.width]),
        tf.tensor2d((b as FeatureFactors).values, [c * k, a.width]),
      );
    case 'patches':
      return tf.tensor2d(patchProducts(a, rows, b as PatchFactors, columns, k, true), [r * k, c * k]);
    case 'tokens':
      return tf.tensor2d(tokenProducts(a, rows, b as TokenFactors, columns, k, true), [r * k, c * k]);
  }
}

/** The blocks of every item with itself, [n, k, k] float64; those of patches and tokens are computed in float32. */
function diagonalBlocks(
  { layers, numExamples: n, numClasses: k }: GradientFactors,
  weights: readonly number[],
) {
  const blocks = new Float64Array(n * k * k);
  layers.forEach((layer, l) => {
    const scale = k * weights[l]!;
    for (let i = 0; i < n; i++) {
      const product = ownProducts(layer, i, k);
      for (let row = 0; row < k; row++)
        for (let column = 0; column < k; column++)
          blocks[(i * k + row) * k + column]! += scale * product(row, column);
    }
  });
  return blocks;
}

/** ⟨∇h_row, ∇h_column⟩ of one layer at item i, for the head vectors e_j/√k. */
function ownProducts(layer: LayerFactors, i: number, k: number): (row: number, column: number) => number {
  switch (layer.kind) {
    case 'outer': {
      const { inputs, numInputs, hasBias, deltas, numDeltas } = layer;
      const ofInputs = dot(inputs, i * numInputs, inputs, i * numInputs, numInputs) + Number(hasBias);
      return (row, column) =>
        ofInputs *
        (deltas
          ? dot(deltas, (i * k + row) * numDeltas, deltas, (i * k + column) * numDeltas, numDeltas)
          : Number(row === column) / k);
    }
    case 'features': {
      const { values, width } = layer;
      return (row, column) => dot(values, (i * k + row) * width, values, (i * k + column) * width, width);
    }
    case 'patches': {
      const itself = { from: i, count: 1 };
      const products = patchProducts(layer, itself, layer, itself, k, true);
      return (row, column) => products[row * k + column]!;
    }
    case 'tokens': {
      const itself = { from: i, count: 1 };
      const products = tokenProducts(layer, itself, layer, itself, k, true);
      return (row, column) => products[row * k + column]!;
    }
  }
}
