// n examples, k outputs, d features, H head vectors.

import type { Network } from '@tangent/networks';
import * as tf from '@tensorflow/tfjs-core';
import type { GradientFactors } from '../gradient-factors.js';
import { DifferentiableNetwork, disposePass, type Pass } from '../gradients/backward-pass.js';
import { assertExamples } from '../gradients/checks.js';
import { chunkOf, eachChunk } from '../gradients/chunks.js';
import type { Head } from '../gradients/head.js';
import { planLayers } from '../gradients/layer-plan.js';
import { read } from '../gradients/read.js';
import { sizeOf, type TrainedNode } from '../gradients/trained-nodes.js';
import { columnsOf, LayerSketch, type SketchShape } from './layer-sketch.js';

export type { SketchShape } from './layer-sketch.js';

export interface SketchOptions extends SketchShape {
  /** Examples that are sketched at a time; a matter of memory only. Default: as many as fit 64 MiB or so. */
  readonly chunk?: number;
}

/**
 * Sketched gradient features φ with E[φ·φ′] = K(x, x′), as factors of one layer `sketch` whose exact kernel (weight 1) is
 * φ·φ′: [n, 1, d] float32. φ = Σ_l √w_l φ_l; cross terms of layers and of head vectors vanish in expectation, because
 * every layer and every head vector has random matrices of its own. Chunks stream through: the factors of the pool are never
 * in memory. Cost of a layer and example 2S(m + Ho) times the columns of the random matrices: d, or √d for `kronecker`.
 * Throws UnsupportedNetworkError; RangeError for sizes that do not fit. Source: MATH §2.
 */
export function sketchFeatures(
  network: Network,
  x: Float32Array,
  numExamples: number,
  head: Head,
  weights: readonly number[],
  options: SketchOptions,
): GradientFactors {
  return sketch(network, x, numExamples, head, weights, options, false);
}

/**
 * Sketched Jacobians J(x) R with one random matrix for all outputs, so that E[J R Rᵀ J′ᵀ] is the eNTK (each layer times its
 * weight): factors of one layer `sketch` of the head `outputs`, [n, k, d] float32, so that `entkGram(sketch, [1])` is that
 * kernel. Costs k backward passes. Throws as `sketchFeatures`.
 */
export function jacobianSketch(
  network: Network,
  x: Float32Array,
  numExamples: number,
  weights: readonly number[],
  options: SketchOptions,
): GradientFactors {
  return sketch(network, x, numExamples, { type: 'outputs' }, weights, options, true);
}

function sketch(
  network: Network,
  x: Float32Array,
  n: number,
  head: Head,
  weights: readonly number[],
  options: SketchOptions,
  isApart: boolean,
): GradientFactors {
  assertExamples('sketchFeatures', network, x, n);
  const differentiable = new DifferentiableNetwork(network);
  const sketches: LayerSketch[] = [];
  try {
    const { trained } = differentiable;
    const plan = planLayers(network, trained, head);
    if (weights.length !== plan.shapes.length)
      throw new RangeError(`sketchFeatures: ${weights.length} weights for ${plan.shapes.length} layers`);
    const layers = plan.shapes.length === 1 ? [trained.last] : [...trained.hidden, trained.last];
    sketches.push(...layers.map((layer) => new LayerSketch(layer, options, isApart)));
    const [k, d, width] = [trained.numOutputs, options.dimension, trained.last.inputShape[0]!];
    const numRows = isApart ? k : 1;
    const features = new Float32Array(n * numRows * d);
    const outputs = new Float32Array(n * k);
    const embeddings = new Float32Array(n * width);
    const chunk = options.chunk ?? chunkOf(trained, workWidth(layers, options));
    for (const { examples, from, count } of eachChunk(x, n, chunk)) {
      const inputs = tf.tensor(examples, [count, ...network.inputShape]);
      const prepared: tf.Tensor[] = [];
      try {
        for (let h = 0; h < Math.max(numRows, plan.starts.length); h++) {
          const pass = differentiable.pass(inputs, plan.starts[h] ?? null);
          const result = tf.tidy(() => {
            if (h === 0) prepared.push(...prepare(pass, sketches));
            return {
              phi: featuresOf(pass.deltas, prepared, sketches, weights, h, isApart, k),
              ends: h === 0 ? [tf.clone(pass.outputs), tf.clone(pass.embeddings)] : [],
            };
          });
          disposePass(pass);
          addRowsInPlace(features, read(result.phi), d, { from, row: isApart ? h : 0, numRows });
          if (h === 0) {
            outputs.set(read(result.ends[0]!), from * k);
            embeddings.set(read(result.ends[1]!), from * width);
          }
        }
      } finally {
        tf.dispose([inputs, ...prepared]);
      }
    }
    return {
      numExamples: n,
      head: isApart || head.type !== 'outputs' ? head : { type: 'trace' },
      numHeads: numRows,
      layers: [{ kind: 'features', name: 'sketch', width: d, values: features }],
      outputs,
      numClasses: k,
      embeddings,
      embeddingWidth: width,
    };
  } finally {
    for (const layer of sketches) layer.dispose();
    differentiable.dispose();
  }
}

/** What every layer's sketch needs of its input, kept for all passes over the chunk. */
const prepare = ({ inputs, embeddings }: Pass, sketches: readonly LayerSketch[]): tf.Tensor[] =>
  sketches.map((layer, l) => tf.keep(layer.prepared(l < sketches.length - 1 ? inputs[l]! : embeddings)));

/** Σ_l √w_l φ_l of one pass, [n, d]. The last layer's gradient is the same for all head vectors but the order of rows. */
function featuresOf(
  deltas: readonly tf.Tensor[],
  prepared: readonly tf.Tensor[],
  sketches: readonly LayerSketch[],
  weights: readonly number[],
  h: number,
  isApart: boolean,
  numOutputs: number,
): tf.Tensor {
  const last = sketches.length - 1;
  const terms = sketches.slice(0, -1).map((layer, l) => layer.features(prepared[l]!, deltas[l]!, h));
  // The head vectors' squared norms sum to 1: together they are one vector of norm 1, apart k of norm 1/√k.
  if (isApart)
    terms.push(tf.mul(sketches[last]!.lastFeatures(prepared[last]!, h), 1 / Math.sqrt(numOutputs)));
  else if (h === 0) terms.push(sketches[last]!.lastFeatures(prepared[last]!, 0));
  return terms
    .map((term, l) => tf.mul(term, Math.sqrt(weights[l]!)))
    .reduce((sum, term) => tf.add(sum, term));
}

/** Float32 numbers that the sketch of one example holds at a time. */
function workWidth(layers: readonly TrainedNode[], shape: SketchShape): number {
  const columns = columnsOf(shape).reduce((sum, width) => sum + width, 0);
  return layers.reduce((sum, { outputShape }) => {
    const positions = sizeOf(outputShape) / outputShape.at(-1)!;
    return sum + positions * columns;
  }, shape.dimension);
}

/** Adds rows to the features of the examples from `from` on: the `row`-th of `numRows` of each. */
function addRowsInPlace(
  features: Float32Array,
  rows: Float32Array,
  d: number,
  { from, row, numRows }: { readonly from: number; readonly row: number; readonly numRows: number },
): void {
  for (let i = 0; i * d < rows.length; i++) {
    const to = ((from + i) * numRows + row) * d;
    for (let j = 0; j < d; j++) features[to + j]! += rows[i * d + j]!;
  }
}
