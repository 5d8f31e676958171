import { EigenvalueDecomposition, Matrix } from 'ml-matrix';

/**
 * Eigenvalues of a symmetric matrix, [n] ascending; reads all of `a`, [n, n] row-major float64. Cost about 9n³ flops:
 * for diagnostics on a sample. By ml-matrix (tridiagonalisation and implicit QL).
 * Throws RangeError for a matrix that is not symmetric or not finite.
 */
export function symmetricEigenvalues(a: Float64Array, n: number): Float64Array {
  if (a.length !== n * n)
    throw new RangeError(`symmetricEigenvalues: expected ${n * n} entries for n = ${n}, got ${a.length}`);
  let largest = 0;
  for (const value of a) largest = Math.max(largest, Math.abs(value));
  if (!Number.isFinite(largest))
    throw new RangeError('symmetricEigenvalues: the matrix holds NaN or infinity');
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++)
      if (Math.abs(a[i * n + j]! - a[j * n + i]!) > 1e-9 * largest)
        throw new RangeError(
          `symmetricEigenvalues: entry (${i}, ${j}) is ${a[i * n + j]}, (${j}, ${i}) is ${a[j * n + i]}`,
        );
  if (n === 0) return new Float64Array();
  const matrix = Matrix.from1DArray(n, n, a);
  return Float64Array.from(
    new EigenvalueDecomposition(matrix, { assumeSymmetric: true }).realEigenvalues,
  ).sort();
}
