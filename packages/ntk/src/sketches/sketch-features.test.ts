import { chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { entkGram } from '../entk-gram.js';
import { decodeFactors, encodeFactors } from '../factor-codec.js';
import { gradientFactors } from '../gradient-factors.js';
import type { Head } from '../gradients/head.js';
import { exactGram, featureGram } from '../gram.js';
import { kernelMatrix } from '../kernel-matrix.js';
import { layerWeights } from '../layer-weights.js';
import { inputsOf, namedNetworks } from '../testing/named-networks.js';
import { sketchError } from './sketch-error.js';
import { jacobianSketch, type SketchOptions, sketchFeatures } from './sketch-features.js';

const n = 6;
const all = Array.from({ length: n }, (_, i) => i);
beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

function problem(name: string, head: Head) {
  const network = namedNetworks[name]!(4);
  const x = inputsOf(network, n, 4);
  const factors = gradientFactors(network, x, n, head);
  const { weights } = layerWeights(factors, true);
  const sketch = (options: SketchOptions) => sketchFeatures(network, x, n, head, weights, options);
  return { network, x, factors, weights, sketch };
}

const relativeError = (estimate: ArrayLike<number>, exact: ArrayLike<number>) =>
  Math.hypot(...Array.from(exact, (v, i) => estimate[i]! - v)) / Math.hypot(...Array.from(exact));

describe.each([
  ['separable', 'product', 'rademacher'],
  ['separable', 'kronecker', 'gaussian'],
  ['texts', 'product', 'gaussian'],
  ['texts', 'kronecker', 'rademacher'],
  ['dilated convolutions', 'kronecker', 'rademacher'],
] as const)('%s, %s sketch, %s', (name, method, distribution) => {
  test('the sketched kernel is unbiased, and its error falls with the dimension', () => {
    const { factors, weights, sketch } = problem(name, { type: 'trace' });
    const exact = kernelMatrix(factors, factors, weights);
    const mean = new Float64Array(n * n);
    const numSeeds = 20;
    let squares = 0;
    for (let seed = 0; seed < numSeeds; seed++) {
      const phi = sketch({ dimension: 64, seed, method, distribution });
      squares += sketchError(factors, weights, phi) ** 2;
      kernelMatrix(phi, phi, [1]).forEach((v, i) => {
        mean[i]! += v / numSeeds;
      });
    }
    const typical = Math.sqrt(squares / numSeeds);
    // Independent errors without bias: that of the mean is 1/√20 of a typical one.
    expect(relativeError(mean, exact)).toBeLessThan((2 * typical) / Math.sqrt(numSeeds));
    const large = sketch({ dimension: 2048, seed: 5, method, distribution });
    expect(sketchError(factors, weights, large)).toBeLessThan(typical / 2);
  });
});

test('chunks change nothing', () => {
  const { sketch } = problem('separable', { type: 'sum' });
  const whole = sketch({ dimension: 32, seed: 1 });
  const parts = sketch({ dimension: 32, seed: 1, chunk: 4 });
  const [a, b] = [whole.layers[0]!, parts.layers[0]!];
  if (a.kind !== 'features' || b.kind !== 'features') throw new Error('a sketch is features');
  expectClose(a.values, b.values, { rtol: 1e-4, atol: 1e-5 });
  expectClose(whole.embeddings, parts.embeddings, { rtol: 1e-5, atol: 1e-6 });
});

test('the same seed gives the same sketch, another one another', () => {
  const { sketch } = problem('texts', { type: 'last-layer' });
  const at = (seed: number) => sketch({ dimension: 16, seed }).layers;
  expect(at(1)).toEqual(at(1));
  expect(at(1)).not.toEqual(at(2));
});

test('a sketch travels as one layer whose exact kernel is φ·φ′, with outputs and embeddings', () => {
  const { factors, sketch } = problem('texts', { type: 'trace' });
  const made = sketch({ dimension: 16, seed: 3 });
  const back = decodeFactors(encodeFactors(made));
  expect(back).toEqual(made);
  expectClose(back.embeddings, factors.embeddings, { rtol: 1e-5, atol: 1e-6 });
  expectClose(back.outputs, factors.outputs, { rtol: 1e-5, atol: 1e-6 });
  const layer = made.layers[0]!;
  if (layer.kind !== 'features') throw new Error('a sketch is features');
  const wanted = featureGram(layer.values, 16);
  const gram = exactGram(back, [1]);
  expectClose(gram.block(all, all), wanted.block(all, all), { rtol: 1e-5, atol: 1e-5 });
  expectClose(gram.column(all, 3), wanted.column(all, 3), { rtol: 1e-5, atol: 1e-5 });
  expectClose(gram.diagonal, wanted.diagonal, { rtol: 1e-5, atol: 1e-5 });
});

test('sketched Jacobians estimate every block of the eNTK', () => {
  const { network, x } = problem('texts', { type: 'trace' });
  const factors = gradientFactors(network, x, n, { type: 'outputs' });
  const { weights } = layerWeights(factors, true);
  const exact = entkGram(factors, weights);
  const mean = new Float64Array(n * n * 9);
  const diagonal = new Float64Array(n * 9);
  const numSeeds = 40;
  for (let seed = 0; seed < numSeeds; seed++) {
    const gram = entkGram(jacobianSketch(network, x, n, weights, { dimension: 256, seed }), [1]);
    gram.block(all, all).forEach((v, i) => {
      mean[i]! += v / numSeeds;
    });
    gram.diagonalBlocks.forEach((v, i) => {
      diagonal[i]! += v / numSeeds;
    });
  }
  expect(relativeError(mean, exact.block(all, all))).toBeLessThan(0.05);
  expect(relativeError(diagonal, exact.diagonalBlocks)).toBeLessThan(0.05);
});

test('what does not fit is refused', () => {
  const { network, x, factors, weights, sketch } = problem('texts', { type: 'sum' });
  expect(() => sketch({ dimension: 0, seed: 1 })).toThrow(/sketch of 0 features/);
  expect(() => sketchFeatures(network, x, n, { type: 'sum' }, [1], { dimension: 4, seed: 1 })).toThrow(
    /1 weights for 4 layers/,
  );
  const fewer = sketchFeatures(network, x.subarray(0, 6), 1, { type: 'sum' }, weights, {
    dimension: 4,
    seed: 1,
  });
  expect(() => sketchError(factors, weights, fewer)).toThrow(/6 exact and 1 sketched/);
});
