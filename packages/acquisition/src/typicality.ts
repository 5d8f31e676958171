import { matmul64 } from '@tangent/compute';
import { squaredNorm } from './k-means.js';

/**
 * 1 / (mean distance to the `numNeighbours` nearest other points + 1e-5), [n]: how typical a point is among these; 0 for
 * a point that is alone. points: [n, width] float64. Source: Hacohen, Dekel, Weinshall, ICML 2022, eq. 4. Cost n²·width.
 */
export function typicalities(points: Float64Array, width: number, numNeighbours = 20): Float64Array {
  const n = points.length / width;
  const typicality = new Float64Array(n);
  const count = Math.min(numNeighbours, n - 1);
  if (count < 1) return typicality;
  const norms = Float64Array.from({ length: n }, (_, i) => squaredNorm(points, width, i));
  const rowsAtOnce = 512;
  for (let from = 0; from < n; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - from);
    const rows = points.subarray(from * width, (from + m) * width);
    const products = matmul64(rows, points, { m, k: width, n, transposeB: true });
    for (let r = 0; r < m; r++) {
      const i = from + r;
      const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
      for (let j = 0; j < n; j++) {
        const squared = norms[i]! + norms[j]! - 2 * products[r * n + j]!;
        if (j !== i && squared < nearest[count - 1]!) insertInPlace(nearest, Math.max(0, squared));
      }
      const mean = nearest.reduce((sum, squared) => sum + Math.sqrt(squared), 0) / count;
      typicality[i] = 1 / (mean + 1e-5);
    }
  }
  return typicality;
}

/** Puts a value into an ascending list, whose largest drops out. */
function insertInPlace(ascending: Float64Array, value: number): void {
  let at = ascending.length - 1;
  for (; at > 0 && ascending[at - 1]! > value; at--) ascending[at] = ascending[at - 1]!;
  ascending[at] = value;
}
