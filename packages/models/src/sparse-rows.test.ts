import { chooseEngine, createRandom } from '@tangent/compute';
import { expectClose } from '@tangent/compute/testing';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildNetwork } from './architectures/build-network.js';
import { applyHashedNgrams, fitHashedNgrams, sparseHashedNgrams } from './hashed-ngrams.js';
import { predictNetwork } from './predict-network.js';
import { denseRows, predictSparse, type SparseRows, sparseTimes } from './sparse-rows.js';

beforeAll(async () => {
  await chooseEngine({ engine: process.env.TANGENT_ENGINE });
});

const rows: SparseRows = {
  numRows: 3,
  width: 4,
  offsets: Int32Array.of(0, 2, 2, 3),
  columns: Int32Array.of(3, 1, 0),
  values: Float32Array.of(5, -1, 2),
};

describe('sparse rows', () => {
  it('are the dense ones without zeros', () => {
    expect(denseRows(rows)).toEqual(Float32Array.of(0, -1, 0, 5, 0, 0, 0, 0, 2, 0, 0, 0));
    expect(sparseTimes(rows, Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8), 2)).toEqual(
      Float32Array.of(32, 36, 0, 0, 2, 4),
    );
    expect(() => sparseTimes(rows, new Float32Array(7), 2)).toThrow('7 weights do not make 4 → 2');
  });

  it.each([{ kind: 'linear' }, { kind: 'mlp', hidden: [6, 5], activation: 'relu', headScale: 1 }] as const)(
    'go through $kind as dense ones do',
    (config) => {
      const random = createRandom(1);
      const words = Array.from({ length: 30 }, (_, i) => `word${i}`);
      const texts = Array.from({ length: 12 }, () =>
        Array.from({ length: 6 }, () => words[random.integer(30)]).join(' '),
      );
      const ngrams = fitHashedNgrams(texts, { dimension: 512 });
      const network = buildNetwork(config, [512], 3, 1);
      const dense = predictNetwork(network, applyHashedNgrams(texts, ngrams), 12);
      expectClose(predictSparse(network, sparseHashedNgrams(texts, ngrams)), dense, {
        rtol: 1e-4,
        atol: 1e-5,
      });
    },
  );

  it('need a first dense layer of their width', () => {
    const network = buildNetwork({ kind: 'cnn', channels: [2], hidden: 3 }, [2, 2, 1], 2, 1);
    expect(() => predictSparse(network, rows)).toThrow('layer conv1: sparse inputs go into one dense layer');
    const wider = buildNetwork({ kind: 'linear' }, [5], 2, 1);
    expect(() => predictSparse(wider, rows)).toThrow('rows of 4 numbers are no inputs of 5');
  });
});
