import { cholesky, chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { entkGram } from './entk-gram.js';
import { gradientFactors } from './gradient-factors.js';
import { headVectors } from './gradients/head.js';
import { kernelMatrix } from './kernel-matrix.js';
import { layerWeights } from './layer-weights.js';
import { ExplicitKernels } from './testing/explicit-kernel.js';
import { inputsOf, namedNetworks } from './testing/named-networks.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const n = 4;
const k = 3;
const all = [0, 1, 2, 3];
const close = { rtol: 1e-3, atol: 1e-3 };

function jacobianFactors(name: string, seed = 5) {
  const network = namedNetworks[name]!(seed);
  const x = inputsOf(network, n, seed);
  const factors = gradientFactors(network, x, n, { type: 'outputs' });
  return { network, x, factors, weights: layerWeights(factors, true).weights };
}

describe.each(['separable', 'few positions, many channels', 'texts', 'wide layers over tokens'])(
  '%s',
  (name) => {
    test('the blocks are those of explicit Jacobians, balanced layers included', async () => {
      const { network, x, factors, weights } = jacobianFactors(name);
      const explicit = await ExplicitKernels.of(network, x, n);
      const gram = entkGram(factors, weights);
      const [rows, columns] = [
        [2, 0],
        [1, 2, 3],
      ];
      const expected = rows!.flatMap((i) =>
        [0, 1, 2].flatMap((p) =>
          columns!.flatMap((j) => [0, 1, 2].map((q) => explicit.block(weights, i, j, p, q))),
        ),
      );
      expectClose(gram.block(rows!, columns!), expected, close);
      const diagonal = all.flatMap((i) =>
        [0, 1, 2].flatMap((p) => [0, 1, 2].map((q) => explicit.block(weights, i, i, p, q))),
      );
      expectClose(gram.diagonalBlocks, diagonal, close);
      expect([gram.numItems, gram.numOutputs]).toEqual([n, k]);
    });

    test('the trace kernel is the mean of the blocks’ diagonals, and every pseudo-NTK is vᵀ eNTK v', () => {
      const { network, x, factors, weights } = jacobianFactors(name);
      const blocks = entkGram(factors, weights).block(all, all);
      const along = (v: Float32Array) =>
        Array.from({ length: n * n }, (_, at) => {
          const [i, j] = [Math.floor(at / n), at % n];
          let sum = 0;
          for (let h = 0; h * k < v.length; h++)
            for (let p = 0; p < k; p++)
              for (let q = 0; q < k; q++)
                sum += v[h * k + p]! * v[h * k + q]! * blocks[(i * k + p) * n * k + j * k + q]!;
          return sum;
        });
      for (const head of [{ type: 'trace' }, { type: 'sum' }, { type: 'sign', seed: 2 }] as const) {
        const own = gradientFactors(network, x, n, head);
        expectClose(kernelMatrix(own, own, weights), along(headVectors(head, k)), close);
      }
    });
  },
);

test('the matrix of all blocks is symmetric and positive semidefinite', () => {
  const { factors, weights } = jacobianFactors('convolutions');
  const size = n * k;
  const matrix = Float64Array.from(entkGram(factors, weights).block(all, all));
  for (let i = 0; i < size; i++)
    for (let j = 0; j < i; j++)
      expectClose([matrix[i * size + j]!], [matrix[j * size + i]!], { rtol: 1e-4, atol: 1e-4 });
  for (let i = 0; i < size; i++) matrix[i * size + i]! += 1e-4;
  expect(() => cholesky(matrix, size)).not.toThrow();
});

test('items in another order give the same blocks in that order', () => {
  const { network, x, weights } = jacobianFactors('texts');
  const width = x.length / n;
  const order = [3, 1, 0, 2];
  const turned = Float32Array.from(order.flatMap((i) => [...x.subarray(i * width, (i + 1) * width)]));
  const factors = gradientFactors(network, turned, n, { type: 'outputs' });
  const original = jacobianFactors('texts').factors;
  expectClose(entkGram(factors, weights).block(all, all), entkGram(original, weights).block(order, order), {
    rtol: 1e-4,
    atol: 1e-5,
  });
});

test('factors of a head that mixes the outputs are refused', () => {
  const { network, x } = jacobianFactors('texts');
  const mixed = gradientFactors(network, x, n, { type: 'trace' });
  expect(() => entkGram(mixed, [1, 1, 1, 1])).toThrow(/head “trace”, which mixes the outputs/);
  expect(() => entkGram(jacobianFactors('texts').factors, [1])).toThrow(/1 weights for 4 layers/);
});
