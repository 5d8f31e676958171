import { describe, expect, it } from 'vitest';
import { cholesky, choleskyLogDeterminant, denseFactor, NotPositiveDefiniteError } from './cholesky.js';
import { choleskySolve, solveLower, solveUpper } from './cholesky-solve.js';
import { choleskyDowndateInPlace, choleskyUpdateInPlace } from './cholesky-update.js';
import { symmetricEigenvalues } from './eigenvalues.js';
import { expectClose } from './testing/expect-close.js';
import { naiveProduct, naiveTranspose, positiveDefinite, randomMatrix } from './testing/matrices.js';

const close = { rtol: 1e-10, atol: 1e-11 };
// One block, exactly one block, a ragged second and third block.
const sizes = [1, 2, 7, 64, 65, 150];

describe('the Cholesky factor', () => {
  it.each(sizes)('is lower triangular and gives the matrix back, n = %i', (n) => {
    const a = positiveDefinite(n, n);
    const c = cholesky(a, n);
    const [factor, jitter] = [denseFactor(c), c.jitter];
    expect(jitter).toBe(0);
    for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) expect(factor[i * n + j]).toBe(0);
    expectClose(naiveProduct(factor, naiveTranspose(factor, n, n), n, n, n), a, close);
  });

  it('reads the lower triangle only and leaves the matrix as it was', () => {
    const n = 70;
    const a = positiveDefinite(n, 1);
    const lower = a.map((v, i) => (i % n > Math.floor(i / n) ? Number.NaN : v));
    const before = a.slice();
    expect(denseFactor(cholesky(lower, n))).toEqual(denseFactor(cholesky(a, n)));
    expect(a).toEqual(before);
  });

  it('reports the jitter that a matrix without full rank needed', () => {
    const n = 40;
    const g = randomMatrix(n, 5, 2);
    const a = naiveProduct(g, naiveTranspose(g, n, 5), n, 5, n);
    const c = cholesky(a, n);
    const [factor, jitter] = [denseFactor(c), c.jitter];
    expect(jitter).toBeGreaterThan(0);
    const shifted = a.map((v, i) => v + (i % (n + 1) === 0 ? jitter : 0));
    expectClose(naiveProduct(factor, naiveTranspose(factor, n, n), n, n, n), shifted, {
      rtol: 1e-9,
      atol: 1e-9,
    });
  });

  it('refuses a matrix with a negative eigenvalue, and says which pivot failed', () => {
    const a = Float64Array.of(1, 0, 0, 0, 1, 2, 0, 2, 1);
    expect(() => cholesky(a, 3)).toThrow(NotPositiveDefiniteError);
    expect(() => cholesky(a, 3)).toThrow(/pivot 2 failed with jitter 1\.00e-6/);
  });

  it('refuses NaN and infinity wherever they stand', () => {
    expect(() => cholesky(Float64Array.of(Number.NaN), 1)).toThrow(RangeError);
    expect(() => cholesky(Float64Array.of(1, 0, Number.NaN, 1), 2)).toThrow(NotPositiveDefiniteError);
    expect(() => cholesky(Float64Array.of(1, 0, Infinity, 1), 2)).toThrow(NotPositiveDefiniteError);
    expect(() => cholesky(new Float64Array(3), 2)).toThrow('expected 4 entries for n = 2, got 3');
  });

  it('has the log determinant of the eigenvalues', () => {
    const n = 30;
    const a = positiveDefinite(n, 3);
    const expected = symmetricEigenvalues(a, n).reduce((sum, v) => sum + Math.log(v), 0);
    expectClose([choleskyLogDeterminant(cholesky(a, n))], [expected], close);
  });
});

describe('the solvers', () => {
  it.each(sizes)('undo the product, n = %i', (n) => {
    const a = positiveDefinite(n, n);
    const c = cholesky(a, n);
    for (const numRhs of [1, 3, 10]) {
      const x = randomMatrix(n, numRhs, `${n} ${numRhs}`);
      const upper = naiveTranspose(denseFactor(c), n, n);
      expectClose(solveLower(c, naiveProduct(denseFactor(c), x, n, n, numRhs), numRhs), x, {
        rtol: 1e-9,
        atol: 1e-9,
      });
      expectClose(solveUpper(c, naiveProduct(upper, x, n, n, numRhs), numRhs), x, { rtol: 1e-9, atol: 1e-9 });
      expectClose(choleskySolve(c, naiveProduct(a, x, n, n, numRhs), numRhs), x, { rtol: 1e-9, atol: 1e-9 });
    }
  });

  it('leave the right-hand side as it was, and refuse one that does not fit', () => {
    const c = cholesky(positiveDefinite(4, 0), 4);
    const b = randomMatrix(4, 2, 0);
    const before = b.slice();
    choleskySolve(c, b, 2);
    expect(b).toEqual(before);
    expect(() => solveLower(c, b, 3)).toThrow('solveLower: expected 4×3 entries, got 8');
  });
});

describe('the rank-one update', () => {
  const plus = (a: Float64Array, x: Float64Array, sign: number) =>
    a.map((v, i) => v + sign * x[Math.floor(i / x.length)]! * x[i % x.length]!);

  it.each(sizes)('gives the factor of A + x xᵀ, and the downdate takes it back, n = %i', (n) => {
    const a = positiveDefinite(n, n);
    const x = randomMatrix(n, 1, `x ${n}`);
    const c = cholesky(a, n);
    choleskyUpdateInPlace(c, x);
    expectClose(denseFactor(c), denseFactor(cholesky(plus(a, x, 1), n)), close);
    choleskyDowndateInPlace(c, x);
    expectClose(denseFactor(c), denseFactor(cholesky(a, n)), { rtol: 1e-8, atol: 1e-9 });
  });

  it('refuses a downdate that leaves nothing positive definite, and keeps the factor', () => {
    const n = 20;
    const a = positiveDefinite(n, 4);
    const c = cholesky(a, n);
    const before = denseFactor(c);
    const x = Float64Array.from({ length: n }, (_, i) => (i === 12 ? 2 * Math.sqrt(a[12 * n + 12]!) : 0));
    expect(() => choleskyDowndateInPlace(c, x)).toThrow(NotPositiveDefiniteError);
    expect(denseFactor(c)).toEqual(before);
  });
});
