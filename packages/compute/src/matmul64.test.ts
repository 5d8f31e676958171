import { describe, expect, it } from 'vitest';
import { symmetricEigen, symmetricEigenvalues } from './eigenvalues.js';
import { matmul64 } from './matmul64.js';
import { expectClose } from './testing/expect-close.js';
import { naiveProduct, naiveTranspose, positiveDefinite, randomMatrix } from './testing/matrices.js';

describe('the float64 product', () => {
  // Below, at and above the tiles of 2 × 4, the blocks of 64 columns and of 512 products.
  it.each([
    [1, 1, 1],
    [3, 5, 7],
    [2, 512, 4],
    [5, 513, 67],
    [33, 40, 130],
  ])('is that of its definition for every transposition, %i × %i × %i', (m, k, n) => {
    const a = randomMatrix(m, k, 'a');
    const b = randomMatrix(k, n, 'b');
    const expected = naiveProduct(a, b, m, k, n);
    const at = naiveTranspose(a, m, k);
    const bt = naiveTranspose(b, k, n);
    const close = { rtol: 1e-12, atol: 1e-12 };
    expectClose(matmul64(a, b, { m, k, n }), expected, close);
    expectClose(matmul64(at, b, { m, k, n, transposeA: true }), expected, close);
    expectClose(matmul64(a, bt, { m, k, n, transposeB: true }), expected, close);
    expectClose(matmul64(at, bt, { m, k, n, transposeA: true, transposeB: true }), expected, close);
  });

  it('of nothing is nothing, and of no common dimension is zero', () => {
    expect(matmul64(new Float64Array(), new Float64Array(6), { m: 0, k: 2, n: 3 })).toHaveLength(0);
    expect(matmul64(new Float64Array(), new Float64Array(), { m: 1, k: 0, n: 2 })).toEqual(
      Float64Array.of(0, 0),
    );
  });

  it('refuses arrays that do not have the shapes', () => {
    expect(() => matmul64(new Float64Array(5), new Float64Array(6), { m: 2, k: 3, n: 2 })).toThrow(
      'a product of 2×3 and 3×2: given 5, 6 and 4 numbers',
    );
  });
});

describe('the eigenvalues of a symmetric matrix', () => {
  it('are ascending and known for a known matrix', () => {
    expectClose(symmetricEigenvalues(Float64Array.of(2, 1, 1, 2), 2), [1, 3], { rtol: 1e-12, atol: 0 });
    expect(symmetricEigenvalues(new Float64Array(), 0)).toHaveLength(0);
  });

  it('have the trace and the squared norm of the matrix', () => {
    const n = 60;
    const a = positiveDefinite(n, 9);
    const values = symmetricEigenvalues(a, n);
    const trace = a.reduce((sum, v, i) => (i % (n + 1) === 0 ? sum + v : sum), 0);
    const square = (v: ArrayLike<number>) => Array.from(v).reduce((sum, x) => sum + x * x, 0);
    expectClose([values.reduce((sum, v) => sum + v, 0), square(values)], [trace, square(a)], {
      rtol: 1e-10,
      atol: 0,
    });
    expect([...values]).toEqual([...values].sort((x, y) => x - y));
  });

  it('are refused for a matrix that is not symmetric, or not finite', () => {
    expect(() => symmetricEigenvalues(Float64Array.of(1, 2, 3, 4), 2)).toThrow(
      'entry (1, 0) is 3, (0, 1) is 2',
    );
    expect(() => symmetricEigenvalues(Float64Array.of(1, Number.NaN, 0, 1), 2)).toThrow('NaN or infinity');
  });
});

describe('eigenvectors', () => {
  it('diagonalise the matrix, ascending, and are orthonormal', () => {
    const n = 30;
    const a = positiveDefinite(n, 'eigenvectors');
    const { values, vectors } = symmetricEigen(a, n);
    expectClose(values, symmetricEigenvalues(a, n), { rtol: 1e-12, atol: 1e-12 });
    const scaled = vectors.map((v, i) => v * values[i % n]!);
    const close = { rtol: 1e-11, atol: 1e-11 };
    expectClose(matmul64(scaled, vectors, { m: n, k: n, n, transposeB: true }), a, close);
    const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
    expectClose(matmul64(vectors, vectors, { m: n, k: n, n, transposeA: true }), identity, close);
    expect(symmetricEigen(new Float64Array(), 0).values).toHaveLength(0);
  });
});
