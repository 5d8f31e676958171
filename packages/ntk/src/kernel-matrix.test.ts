import { cholesky, chooseEngine } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import fc from 'fast-check';
import { beforeAll, describe, expect, test } from 'vitest';
import { decodeFactors, encodeFactors } from './factor-codec.js';
import { type GradientFactors, gradientFactors } from './gradient-factors.js';
import { exactGram } from './gram.js';
import { kernelMatrix } from './kernel-matrix.js';
import { layerWeights } from './layer-weights.js';
import { concatRows, selectRows } from './rows.js';
import { inputsOf, namedNetworks } from './testing/named-networks.js';

// Together they have every kind of layer factors.
const names = ['separable', 'few positions, many channels', 'texts'];
const n = 6;
const all = Array.from({ length: n }, (_, i) => i);
const made = new Map<string, GradientFactors>();
beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
  for (const name of names) {
    const network = namedNetworks[name]!(2);
    made.set(name, gradientFactors(network, inputsOf(network, n, 2), n, { type: 'trace' }));
  }
});

test('the examples have layers of every kind', () => {
  const kinds = new Set(names.flatMap((name) => made.get(name)!.layers.map((layer) => layer.kind)));
  expect([...kinds].sort()).toEqual(['features', 'outer', 'patches', 'tokens']);
});

describe.each(names)('%s', (name) => {
  test('a column of the Gram is that of its block, and the diagonal that of the matrix', () => {
    const factors = made.get(name)!;
    const gram = exactGram(factors, layerWeights(factors, true).weights);
    const close = { rtol: 1e-4, atol: 1e-4 };
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.nat(n - 1), { minLength: 2, maxLength: 2 }),
        fc.nat(n - 1),
        (rows, item) => {
          expectClose(gram.column(rows, item), gram.block(rows, [item]), close);
        },
      ),
      { numRuns: 10 },
    );
    const block = gram.block(all, all);
    expectClose(
      gram.diagonal,
      all.map((i) => block[i * n + i]!),
      close,
    );
  });

  test('the kernel is symmetric, positive semidefinite and that of any order of examples', () => {
    const factors = made.get(name)!;
    const { weights } = layerWeights(factors, true);
    const kernel = Float64Array.from(kernelMatrix(factors, factors, weights));
    const other = kernelMatrix(selectRows(factors, all), factors, weights);
    expectClose(kernel, other, { rtol: 1e-4, atol: 1e-5 });
    const order = [3, 5, 0, 1, 4, 2];
    const turned = selectRows(factors, order);
    expectClose(
      kernelMatrix(turned, turned, weights),
      order.flatMap((i) => order.map((j) => kernel[i * n + j]!)),
      { rtol: 1e-4, atol: 1e-5 },
    );
    for (let i = 0; i < n; i++) kernel[i * (n + 1)]! += 1e-5 * kernel[i * (n + 1)]!;
    expect(() => cholesky(kernel, n)).not.toThrow();
  });

  test('factors come back from their bytes, also from a Buffer that is not aligned', () => {
    const factors = made.get(name)!;
    const bytes = encodeFactors(factors);
    expect(decodeFactors(bytes)).toEqual(factors);
    const shifted = Buffer.alloc(bytes.length + 1);
    shifted.set(bytes, 1);
    expect(decodeFactors(shifted.subarray(1))).toEqual(factors);
  });

  test('rows taken apart and put together are the whole', () => {
    const factors = made.get(name)!;
    expect(concatRows([selectRows(factors, [0, 1]), selectRows(factors, [2, 3, 4, 5])])).toEqual(factors);
  });
});

test('the embeddings are written once, though the last layer has them too', () => {
  const factors = made.get('texts')!;
  const copied = { ...factors, embeddings: factors.embeddings.slice() };
  expect(encodeFactors(copied).length - encodeFactors(factors).length).toBeGreaterThan(
    factors.embeddings.byteLength - 32,
  );
  const again = decodeFactors(encodeFactors(factors));
  const last = again.layers.at(-1)!;
  expect(last.kind === 'outer' && last.inputs === again.embeddings).toBe(true);
});

test('bytes that are no factors of this version are refused', () => {
  const bytes = encodeFactors(made.get('texts')!);
  expect(() => decodeFactors(bytes.subarray(0, bytes.length - 5))).toThrow(/truncated/);
  expect(() => decodeFactors(Buffer.concat([bytes, Buffer.of(0)]))).toThrow(/too many/);
  expect(() => decodeFactors(new TextEncoder().encode('something else\n'))).toThrow(/not gradient factors/);
  expect(() => decodeFactors(new TextEncoder().encode('tangent-factors-1\n{}\n'))).toThrow(
    /version 1, this service reads version 2; score the round again/,
  );
});

test('sides of different networks are refused', () => {
  const [a, b] = [made.get('texts')!, made.get('separable')!];
  expect(() => kernelMatrix(a, b, [1, 1, 1, 1])).toThrow(/different networks/);
  expect(() => concatRows([a, b])).toThrow(/different networks/);
});
