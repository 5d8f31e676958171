import { buildNetwork } from '@tangent/models';
import { gradientFactors, kernelMatrix } from '@tangent/ntk';
import * as tf from '@tensorflow/tfjs-core';
import { cnn } from './networks.js';
import { numbers } from './numbers.js';

/** Milliseconds of the structured pNTK Gram of `n` examples under the perceptron, by the product's own code. */
export function timeGram(n: number, runs: number): number[] {
  const network = buildNetwork({ kind: 'mlp', hidden: [512], activation: 'relu' }, [784], 10, 0);
  const factors = gradientFactors(network, numbers([n, 784]), n, { type: 'sum' });
  const weights = factors.layers.map(() => 1);
  const runsMs: number[] = [];
  for (let i = -1; i < runs; i++) {
    const from = performance.now();
    kernelMatrix(factors, factors, weights);
    if (i >= 0) runsMs.push(performance.now() - from);
  }
  return runsMs;
}

/**
 * Multiplications and additions of that Gram: a·a′ and δ·δ′ of the hidden layer, a·a′ of the last, where δ·δ′ is 1. Of
 * blocks of 1,024, those on and above the diagonal: the others are their mirror image.
 */
export function gramFlops(n: number): number {
  const numBlocks = Math.ceil(n / 1_024);
  return 2 * n * n * (784 + 512 + 512) * ((numBlocks + 1) / (2 * numBlocks));
}

const rank = 32;

/**
 * Milliseconds of a two-sided (Kronecker) sketch of the per-example gradients of the CNN, rank 32 a side and layer, a
 * batch of 200: R₁ᵀ(∂h/∂W)R₂ without ever forming a gradient. Source: MATH §2, Kronecker sketches.
 */
export function timeSketch(runs: number): { readonly runsMs: number[]; readonly batch: number } {
  const batch = 200;
  const { parameters } = cnn();
  const [k1, b1, k2, b2, w1, c1, w2, c2] = parameters as unknown as tf.Tensor[];
  const random = (shape: number[]) => tf.sub(tf.tensor(numbers(shape), shape), 0.5);
  const sides = [
    [random([5, 5, 1, rank]), random([32, rank])],
    [random([5, 5, 32, rank]), random([64, rank])],
    [random([3136, rank]), random([128, rank])],
    [random([128, rank]), random([10, rank])],
  ] as const;
  const x = tf.tensor4d(numbers([batch, 28, 28, 1]), [batch, 28, 28, 1]);
  const conv = (input: tf.Tensor, filter: tf.Tensor) =>
    tf.conv2d(input as tf.Tensor4D, filter as tf.Tensor4D, 1, 'same') as tf.Tensor;
  const pooled = (z: tf.Tensor) => tf.maxPool(tf.relu(z) as tf.Tensor4D, 2, 2, 'valid') as tf.Tensor;
  const product = (a: tf.Tensor, b: tf.Tensor) => tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D) as tf.Tensor;

  /** h with a shift of every layer's output, so that the gradients by the shifts are the δ. */
  const forward = (shifts: tf.Tensor[], inputs: tf.Tensor[]) => {
    const add = (z: tf.Tensor, at: number) => tf.add(z, shifts[at]!);
    inputs.push(x);
    inputs.push(pooled(add(tf.add(conv(x, k1!), b1!), 0)));
    inputs.push(tf.reshape(pooled(add(tf.add(conv(inputs[1]!, k2!), b2!), 1)), [batch, 3136]));
    inputs.push(tf.relu(add(tf.add(product(inputs[2]!, w1!), c1!), 2)));
    const f = add(tf.add(product(inputs[3]!, w2!), c2!), 3);
    return tf.div(tf.sum(f), Math.sqrt(10)) as tf.Scalar;
  };
  const ofConv = (a: tf.Tensor, delta: tf.Tensor, [r, s]: readonly [tf.Tensor, tf.Tensor]) => {
    const [, height, width, channels] = delta.shape as [number, number, number, number];
    const p = tf.reshape(conv(a, r), [batch, height * width, rank]) as tf.Tensor3D;
    const q = tf.reshape(product(tf.reshape(delta, [-1, channels]), s), [batch, height * width, rank]);
    return tf.reshape(tf.matMul(p, q as tf.Tensor3D, true, false), [batch, rank * rank]);
  };
  const ofDense = (a: tf.Tensor, delta: tf.Tensor, [r, s]: readonly [tf.Tensor, tf.Tensor]) =>
    tf.reshape(tf.mul(tf.expandDims(product(a, r), 2), tf.expandDims(product(delta, s), 1)), [
      batch,
      rank * rank,
    ]);

  const shapes = [
    [batch, 28, 28, 32],
    [batch, 14, 14, 64],
    [batch, 128],
    [batch, 10],
  ];
  const runsMs: number[] = [];
  for (let i = -2; i < runs; i++) {
    const from = performance.now();
    tf.tidy(() => {
      const inputs: tf.Tensor[] = [];
      const deltas = tf.grads((...shifts: tf.Tensor[]) => {
        const h = forward(shifts, inputs);
        for (const input of inputs) tf.keep(input);
        return h;
      })(shapes.map((shape) => tf.zeros(shape)));
      const parts = deltas.map((delta, at) => (at < 2 ? ofConv : ofDense)(inputs[at]!, delta, sides[at]!));
      tf.concat(parts, 1).dataSync();
      tf.dispose(inputs.slice(1));
    });
    if (i >= 0) runsMs.push(performance.now() - from);
  }
  tf.dispose([x, parameters as tf.Variable[], sides as unknown as tf.Tensor[]]);
  return { runsMs, batch };
}
