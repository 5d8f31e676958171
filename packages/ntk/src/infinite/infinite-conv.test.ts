import { chooseEngine, createRandom, symmetricEigenvalues } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { normals } from '../testing/examples.js';
import { infiniteConvGram } from './infinite-conv.js';
import { infiniteDenseGram } from './infinite-dense.js';
import { wideConvKernel } from './testing/wide-conv.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const all = (n: number) => Int32Array.from({ length: n }, (_, i) => i);

test('on single pixels with 1×1 filters it is the kernel of dense networks', () => {
  const [n, channels] = [5, 4];
  const x = normals(createRandom(1), n * channels);
  for (const [numConvolutions, biasVariance] of [
    [1, 0],
    [3, 0.2],
  ] as const) {
    const variances = { weightVariance: 1.6, biasVariance };
    const conv = infiniteConvGram(x, [1, 1, channels], { numConvolutions, filterSize: 1, ...variances });
    const dense = infiniteDenseGram(x, channels, { numHidden: numConvolutions, ...variances });
    expectClose(conv.column(all(n), 2), dense.column(all(n), 2), { rtol: 1e-6, atol: 1e-9 });
    expectClose(conv.diagonal, dense.diagonal, { rtol: 1e-6, atol: 0 });
  }
});

test('the mean tangent kernel of wide random convolutional networks tends to it', () => {
  const shape = [3, 3, 2] as const;
  const n = 3;
  const images = normals(createRandom(2), n * 18);
  const variances = { weightVariance: 1.8, biasVariance: 0.1 };
  const draws = 30;
  const mean = new Float64Array(n * n);
  for (let seed = 0; seed < draws; seed++)
    wideConvKernel(images, shape, { channels: [48, 48], ...variances, seed }).forEach((v, e) => {
      mean[e]! += v / draws;
    });
  const gram = infiniteConvGram(images, shape, { numConvolutions: 2, ...variances });
  expectClose(mean, Array.from(gram.block(all(n), all(n))), {
    rtol: 0.06,
    atol: 0.03 * Math.max(...gram.diagonal),
  });
});

test('it is symmetric, positive semidefinite, and blind to the order of the pixels only with 1×1 filters', () => {
  const shape = [3, 4, 2] as const;
  const n = 6;
  const images = normals(createRandom(3), n * 24);
  // The last image is the first one with its rows turned round.
  images.copyWithin(5 * 24, 16, 24);
  images.copyWithin(5 * 24 + 8, 8, 16);
  images.copyWithin(5 * 24 + 16, 0, 8);
  const kernelOf = (filterSize: number) => {
    const gram = infiniteConvGram(images, shape, { numConvolutions: 2, filterSize });
    return Float64Array.from(gram.block(all(n), all(n)));
  };
  const local = kernelOf(3);
  for (let e = 0; e < n * n; e++)
    expectClose([local[e]!], [local[(e % n) * n + Math.floor(e / n)]!], { rtol: 1e-12, atol: 1e-12 });
  expect(symmetricEigenvalues(local, n)[0]!).toBeGreaterThan(0);
  expect(Math.abs(local[5]! - local[0]!)).toBeGreaterThan(1e-3 * local[0]!);
  const pointwise = kernelOf(1);
  expectClose([pointwise[5]!], [pointwise[0]!], { rtol: 1e-6, atol: 0 });
});

test('what it cannot work with is named', () => {
  const images = new Float32Array(8);
  expect(() => infiniteConvGram(images, [3, 1, 1], { numConvolutions: 1 })).toThrow(
    /8 numbers do not make images of 3×1×1/,
  );
  expect(() => infiniteConvGram(images, [2, 2, 1], { numConvolutions: 1, filterSize: 2 })).toThrow(
    /1 convolutions of size 2; give 1 or more, of odd size/,
  );
  images[3] = Number.NaN;
  expect(() => infiniteConvGram(images, [2, 2, 1], { numConvolutions: 1 })).toThrow(/number 3 .* is NaN/);
});
