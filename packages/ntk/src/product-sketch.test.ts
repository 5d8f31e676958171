import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, expect, test } from 'vitest';
import { decodeFactors, encodeFactors } from './factor-codec.js';
import { gradientFactors } from './gradient-factors.js';
import { exactGram, featureGram } from './gram.js';
import { kernelMatrix } from './kernel-matrix.js';
import { layerWeights } from './layer-weights.js';
import { productSketch, sketchError, sketchedFactors } from './product-sketch.js';
import { concatRows, selectRows } from './rows.js';
import { normals, randomNetwork } from './testing/examples.js';

const n = 12;
let factors: ReturnType<typeof gradientFactors>;
let weights: readonly number[];
beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
  factors = gradientFactors(randomNetwork([8, 16, 5], 1), normals(createRandom(2), n * 8), n, {
    type: 'trace',
  });
  weights = layerWeights(factors, true).weights;
});
const all = Int32Array.from({ length: n }, (_, i) => i);

test('the sketched kernel is unbiased, and its error falls with the dimension', () => {
  const exact = kernelMatrix(factors, factors, weights);
  const mean = new Float64Array(n * n);
  const numSeeds = 60;
  for (let seed = 0; seed < numSeeds; seed++)
    featureGram(productSketch(factors, weights, { dimension: 256, seed }), 256)
      .block(all, all)
      .forEach((v, i) => {
        mean[i]! += v / numSeeds;
      });
  expect(Math.hypot(...mean.map((v, i) => v - exact[i]!)) / Math.hypot(...exact)).toBeLessThan(0.03);
  const errorAt = (dimension: number) =>
    sketchError(factors, weights, productSketch(factors, weights, { dimension, seed: 5 }), all);
  expect(errorAt(4096)).toBeLessThan(errorAt(64) / 3);
  expect(errorAt(4096)).toBeLessThan(0.08);
});

test('the same seed gives the same sketch, another one another', () => {
  const sketch = (seed: number) => productSketch(factors, weights, { dimension: 64, seed });
  expect(sketch(1)).toEqual(sketch(1));
  expect(sketch(1)).not.toEqual(sketch(2));
});

test('sketched factors travel as one layer whose exact kernel is φ·φ′', () => {
  const options = { dimension: 128, seed: 3 };
  const gram = exactGram(decodeFactors(encodeFactors(sketchedFactors(factors, weights, options))), [1]);
  const wanted = featureGram(productSketch(factors, weights, options), 128);
  expectClose(gram.block(all, all), wanted.block(all, all), { rtol: 1e-5, atol: 1e-5 });
  expectClose(gram.column(all, 3), wanted.column(all, 3), { rtol: 1e-5, atol: 1e-5 });
  expectClose(gram.diagonal, wanted.diagonal, { rtol: 1e-5, atol: 1e-5 });
});

test('a column of the Gram is that of its block', () => {
  const gram = exactGram(factors, weights);
  expectClose(gram.column(all, 4), gram.block(all, [4]), { rtol: 1e-4, atol: 1e-4 });
});

test('factors come back from their bytes, also from a Buffer that is not aligned', () => {
  const bytes = encodeFactors(factors);
  expect(decodeFactors(bytes)).toEqual(factors);
  const shifted = Buffer.alloc(bytes.length + 1);
  shifted.set(bytes, 1);
  expect(decodeFactors(shifted.subarray(1))).toEqual(factors);
  expect(() => decodeFactors(bytes.subarray(0, bytes.length - 5))).toThrow(/truncated/);
  expect(() => decodeFactors(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(/too many/);
  expect(() => decodeFactors(new TextEncoder().encode('something else\n'))).toThrow(/not gradient factors/);
});

test('rows taken apart and put together are the whole', () => {
  const parts = [selectRows(factors, [0, 1, 2, 3, 4]), selectRows(factors, [5, 6, 7, 8, 9, 10, 11])];
  expect(concatRows(parts)).toEqual(factors);
});
