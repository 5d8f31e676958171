import { createRandom } from '@tangent/compute';
import { describe, expect, it } from 'vitest';
import { fitHashedNgrams, sparseHashedNgrams } from './hashed-ngrams.js';
import { applyLatentSemantics, fitLatentSemantics } from './latent-semantics.js';
import type { SparseRows } from './sparse-rows.js';

const cosine = (values: Float32Array, width: number, i: number, j: number): number => {
  let [ij, ii, jj] = [0, 0, 0];
  for (let t = 0; t < width; t++) {
    const [a, b] = [values[i * width + t]!, values[j * width + t]!];
    ij += a * b;
    ii += a * a;
    jj += b * b;
  }
  return ij / Math.sqrt(ii * jj);
};

/** All numbers of a matrix as sparse rows. */
function sparse(values: Float32Array, width: number): SparseRows {
  const numRows = values.length / width;
  return {
    numRows,
    width,
    offsets: Int32Array.from({ length: numRows + 1 }, (_, i) => i * width),
    columns: Int32Array.from(values, (_, at) => at % width),
    values,
  };
}

const rowsOf = (texts: readonly string[]) => sparseHashedNgrams(texts, fitHashedNgrams(texts));

describe('latent semantics', () => {
  it('of rows with few directions and a little noise keep the cosines of all pairs', () => {
    const [n, d, r] = [40, 60, 5];
    const random = createRandom('components');
    const normals = (count: number) => Float64Array.from({ length: count }, () => random.normal());
    const [left, right] = [normals(n * r), normals(r * d)];
    const x = Float32Array.from({ length: n * d }, (_, at) => {
      const [i, j] = [Math.floor(at / d), at % d];
      let sum = 1e-3 * random.normal();
      for (let t = 0; t < r; t++) sum += left[i * r + t]! * right[t * d + j]!;
      return sum;
    });
    const latent = fitLatentSemantics(sparse(x, d), r);
    const z = applyLatentSemantics(sparse(x, d), latent);
    for (let i = 0; i < n; i++) {
      expect(Math.hypot(...z.subarray(i * r, (i + 1) * r))).toBeCloseTo(8, 4);
      for (let j = 0; j < i; j++) expect(cosine(z, r, i, j)).toBeCloseTo(cosine(x, d, i, j), 3);
    }
  });

  it('make texts alike that share no word, through the company of their words', () => {
    const topics = [
      ['goal match striker league', 'match striker penalty', 'league penalty referee', 'goal referee league'],
      ['stock market shares', 'shares bank profit', 'market profit investor', 'stock bank investor'],
    ];
    const texts = [...topics.flat(), 'goal striker', 'penalty referee', 'stock market'];
    const rows = rowsOf(texts);
    const latent = fitLatentSemantics(rows, 2);
    const z = applyLatentSemantics(rows, latent);
    expect(cosine(z, 2, 8, 9)).toBeGreaterThan(0.9);
    expect(Math.abs(cosine(z, 2, 8, 10))).toBeLessThan(0.25);
  });

  it('are the same each time, orthonormal, and no more than the rows have', () => {
    const rows = rowsOf(['a b', 'b c', 'a c', 'a b c', 'a b', 'only here']);
    const latent = fitLatentSemantics(rows, 50);
    expect(latent).toEqual(fitLatentSemantics(rows, 50));
    const { width, numComponents: m, components } = latent;
    expect(m).toBe(3);
    for (let a = 0; a < m; a++)
      for (let b = 0; b <= a; b++) {
        let sum = 0;
        for (let i = 0; i < width; i++) sum += components[i * m + a]! * components[i * m + b]!;
        expect(sum).toBeCloseTo(a === b ? 1 : 0, 5);
      }
  });

  it('of texts that share nothing, or of none, are one direction that says nothing', () => {
    for (const texts of [['a', 'b', 'c'], []]) {
      const latent = fitLatentSemantics(rowsOf(texts), 4);
      expect(latent.numComponents).toBe(1);
      expect(applyLatentSemantics(rowsOf(['a', '']), latent)).toEqual(new Float32Array(2));
    }
  });
});
