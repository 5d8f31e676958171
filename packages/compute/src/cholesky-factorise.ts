import { dot } from './products.js';

/** A lower factor, or the row at which there was none. */
export interface Factorisation {
  readonly factor: Float64Array;
  readonly failedAt: number | null;
}

/** Lower Cholesky factor by its definition; reads the lower triangle of `a`, [n, n]. Cost n³/3 flops: for blocks. */
export function factorise(a: Float64Array, n: number): Factorisation {
  const l = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j <= i; j++) {
      const sum = a[i * n + j]! - dot(l, i * n, l, j * n, j);
      if (i !== j) l[i * n + j] = sum / l[j * n + j]!;
      else if (sum > 0 && sum < Infinity) l[i * n + i] = Math.sqrt(sum);
      else return { factor: l, failedAt: i };
    }
  return { factor: l, failedAt: null };
}
