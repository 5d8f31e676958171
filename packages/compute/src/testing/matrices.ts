import { createRandom } from '../random.js';

/** Normal numbers, [rows, columns]. */
export function randomMatrix(rows: number, columns: number, seed: number | string): Float64Array {
  const random = createRandom(seed);
  return Float64Array.from({ length: rows * columns }, () => random.normal());
}

/** A B by its definition. */
export function naiveProduct(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  n: number,
): Float64Array {
  const c = new Float64Array(m * n);
  for (let i = 0; i < m; i++)
    for (let j = 0; j < n; j++) for (let t = 0; t < k; t++) c[i * n + j]! += a[i * k + t]! * b[t * n + j]!;
  return c;
}

export function naiveTranspose(a: Float64Array, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: a.length }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** G Gᵀ / n + I/10, [n, n], with G [n, n] normal. */
export function positiveDefinite(n: number, seed: number | string): Float64Array {
  const g = randomMatrix(n, n, seed);
  const a = naiveProduct(g, naiveTranspose(g, n, n), n, n, n);
  return a.map((v, i) => v / n + (i % (n + 1) === 0 ? 0.1 : 0));
}
