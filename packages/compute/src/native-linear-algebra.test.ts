import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cholesky, denseFactor, NotPositiveDefiniteError } from './cholesky.js';
import { factorise } from './cholesky-factorise.js';
import { invertLower } from './cholesky-invert.js';
import { choleskySolve, solveLower, solveUpper } from './cholesky-solve.js';
import { choleskyDowndateInPlace, choleskyUpdateInPlace } from './cholesky-update.js';
import { symmetricEigenvalues } from './eigenvalues.js';
import { gemm, hasNativeProducts, inJavaScript } from './gemm.js';
import { GramAccumulator } from './gram-accumulator.js';
import { matmul64 } from './matmul64.js';
import { choleskyResidual, eigenvalueResidual, gramResidual, solveResidual } from './residuals.js';
import { expectClose } from './testing/expect-close.js';
import { naiveProduct, naiveTranspose, randomMatrix } from './testing/matrices.js';

const close = { rtol: 1e-10, atol: 1e-10 };

/** G Gᵀ/n + I/10, by the fast product: the slow one would take seconds. */
function large(n: number, seed: number): Float64Array {
  const g = randomMatrix(n, n, seed);
  const a = matmul64(g, g, { m: n, k: n, n, transposeB: true });
  return a.map((v, i) => v / n + (i % (n + 1) === 0 ? 0.1 : 0));
}

describe('native products', () => {
  it('are there on this machine', () => {
    expect(hasNativeProducts()).toBe(true);
  });

  it('give what the plain loop gives, for every kind of product', () => {
    fc.assert(
      fc.property(
        fc.record({
          m: fc.integer({ min: 30, max: 70 }),
          n: fc.integer({ min: 30, max: 70 }),
          k: fc.integer({ min: 75, max: 90 }),
          transposeA: fc.boolean(),
          transposeB: fc.boolean(),
          alpha: fc.constantFrom<1 | -1>(1, -1),
          beta: fc.constantFrom<0 | 1>(0, 1),
        }),
        (shape) => {
          const { m, n, k } = shape;
          const [a, b, c] = [randomMatrix(m, k, 1), randomMatrix(k, n, 2), randomMatrix(m, n, 3)];
          const [native, plain] = [c.slice(), c.slice()];
          gemm({ ...shape, a, b, c: native });
          inJavaScript({ ...shape, a, b, c: plain });
          expectClose(native, plain, close);
        },
      ),
      { numRuns: 40, seed: 1 },
    );
  });
});

// Panels are 256 wide, blocks 64.
describe.each([255, 256, 300, 577])('a large matrix, n = %i', (n) => {
  const a = large(n, n);
  const c = cholesky(a, n);

  it('has the factor that the plain loop finds', () => {
    expect(c.jitter).toBe(0);
    expectClose(denseFactor(c), factorise(a, n).factor, close);
    expect(choleskyResidual(a, c)).toBeLessThan(1e-14);
  });

  it.each([1, 16, 100])('is solved for %i right-hand sides', (numRhs) => {
    const b = randomMatrix(n, numRhs, 5);
    const x = choleskySolve(c, b, numRhs);
    expect(solveResidual(a, x, b, numRhs)).toBeLessThan(1e-16);
    expectClose(matmul64(denseFactor(c), solveLower(c, b, numRhs), { m: n, k: n, n: numRhs }), b, close);
    const upper = matmul64(denseFactor(c), solveUpper(c, b, numRhs), {
      m: n,
      k: n,
      n: numRhs,
      transposeA: true,
    });
    expectClose(upper, b, close);
  });

  it('that is not positive definite is refused with the pivot', () => {
    const bad = a.slice();
    bad[(n - 3) * n + n - 3] = -1;
    expect(() => cholesky(bad, n)).toThrow(NotPositiveDefiniteError);
    expect(() => cholesky(bad, n)).toThrow(`pivot ${n - 3} failed`);
    bad[200 * n + 7] = Number.NaN;
    expect(() => cholesky(bad, n)).toThrow('pivot 200 failed');
  });

  it('keeps its factor through an update and the downdate that undoes it', () => {
    const x = randomMatrix(n, 1, 9);
    const changed = cholesky(a, n);
    choleskyUpdateInPlace(changed, x);
    const sum = a.map((v, i) => v + x[Math.floor(i / n)]! * x[i % n]!);
    expect(choleskyResidual(sum, changed)).toBeLessThan(1e-13);
    choleskyDowndateInPlace(changed, x);
    expectClose(denseFactor(changed), denseFactor(c), { rtol: 1e-8, atol: 1e-8 });
  });
});

it('a residual of NaN is no small residual', () => {
  const nan = Float64Array.of(Number.NaN);
  expect(choleskyResidual(nan, cholesky(Float64Array.of(1), 1))).toBeNaN();
  expect(solveResidual(Float64Array.of(1), nan, Float64Array.of(1), 1)).toBeNaN();
});

it('eigenvalues are held against trace and squares of their matrix', () => {
  const a = large(60, 3);
  const eigenvalues = symmetricEigenvalues(a, 60);
  expect(eigenvalueResidual(a, eigenvalues)).toBeLessThan(1e-12);
  eigenvalues[7]! += 0.1;
  expect(eigenvalueResidual(a, eigenvalues)).toBeGreaterThan(1e-4);
});

it('the inverse of a triangle undoes it', () => {
  const n = 37;
  const { factor } = factorise(large(n, 2), n);
  const identity = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? 1 : 0));
  expectClose(naiveProduct(invertLower(factor, n), factor, n, n, n), identity, close);
});

describe('streamed XᵀX', () => {
  it('is that of all examples at once, however they are cut', () => {
    const [n, d] = [3_000, 20];
    const x = Float32Array.from(randomMatrix(n, d, 4));
    const wide = Float64Array.from(x);
    const expected = naiveProduct(naiveTranspose(wide, n, d), wide, d, n, d);
    for (const part of [n, 700, 1]) {
      const gram = new GramAccumulator(d);
      for (let from = 0; from < n; from += part) gram.add(x.subarray(from * d, (from + part) * d));
      expect(gram.numExamples).toBe(n);
      expect(gramResidual(gram, x)).toBeLessThan(1e-12);
      expectClose(gram.sum, expected, { rtol: 1e-9, atol: 1e-9 });
    }
  });

  it('refuses half an example', () => {
    expect(() => new GramAccumulator(3).add(new Float32Array(7))).toThrow(
      '7 numbers are no whole examples of 3',
    );
  });
});
