// The one inner loop of the linear algebra. All matrices are row-major float64.

/** A matrix inside a larger array: row r starts at `at + r · stride`. */
export interface Panel {
  readonly values: Float64Array;
  readonly at: number;
  readonly stride: number;
}

/** Length of the dot products of one pass: six rows of it stay in the first-level cache. */
const depth = 512;
/** Rows of B of one pass: with `depth` they stay in the second-level cache. */
const width = 64;

/**
 * C −= A Bᵀ with C [m, n], A [m, k], B [n, k]; C may share its array with A and B where the entries differ.
 * Tiles of 2 × 4 dot products keep 14 numbers in registers. Cost 2mnk flops, about 4 GFLOPS on one core.
 */
export function subtractProductsInPlace(c: Panel, a: Panel, b: Panel, m: number, n: number, k: number): void {
  for (let t = 0; t < k; t += depth) {
    const length = Math.min(depth, k - t);
    for (let j = 0; j < n; j += width) {
      const columns = Math.min(width, n - j);
      const left = { ...a, at: a.at + t };
      const right = { ...b, at: b.at + j * b.stride + t };
      subtractBlock({ ...c, at: c.at + j }, left, right, m, columns, length);
    }
  }
}

function subtractBlock(c: Panel, a: Panel, b: Panel, m: number, n: number, k: number): void {
  const A = a.values;
  const B = b.values;
  const C = c.values;
  const wholeRows = m - (m % 2);
  const wholeColumns = n - (n % 4);
  for (let i = 0; i < wholeRows; i += 2) {
    const a0 = a.at + i * a.stride;
    const a1 = a0 + a.stride;
    for (let j = 0; j < wholeColumns; j += 4) {
      const b0 = b.at + j * b.stride;
      const b1 = b0 + b.stride;
      const b2 = b1 + b.stride;
      const b3 = b2 + b.stride;
      let s00 = 0;
      let s01 = 0;
      let s02 = 0;
      let s03 = 0;
      let s10 = 0;
      let s11 = 0;
      let s12 = 0;
      let s13 = 0;
      for (let t = 0; t < k; t++) {
        const x0 = A[a0 + t]!;
        const x1 = A[a1 + t]!;
        const y0 = B[b0 + t]!;
        const y1 = B[b1 + t]!;
        const y2 = B[b2 + t]!;
        const y3 = B[b3 + t]!;
        s00 += x0 * y0;
        s01 += x0 * y1;
        s02 += x0 * y2;
        s03 += x0 * y3;
        s10 += x1 * y0;
        s11 += x1 * y1;
        s12 += x1 * y2;
        s13 += x1 * y3;
      }
      const c0 = c.at + i * c.stride + j;
      const c1 = c0 + c.stride;
      C[c0]! -= s00;
      C[c0 + 1]! -= s01;
      C[c0 + 2]! -= s02;
      C[c0 + 3]! -= s03;
      C[c1]! -= s10;
      C[c1 + 1]! -= s11;
      C[c1 + 2]! -= s12;
      C[c1 + 3]! -= s13;
    }
  }
  for (let i = 0; i < m; i++) {
    const from = i < wholeRows ? wholeColumns : 0;
    for (let j = from; j < n; j++)
      C[c.at + i * c.stride + j]! -= dot(A, a.at + i * a.stride, B, b.at + j * b.stride, k);
  }
}

/** Σ a[i+t]·b[j+t] over t < count, in four running sums. */
export function dot(a: Float64Array, i: number, b: Float64Array, j: number, count: number): number {
  let s0 = 0;
  let s1 = 0;
  let s2 = 0;
  let s3 = 0;
  let t = 0;
  for (; t + 3 < count; t += 4) {
    s0 += a[i + t]! * b[j + t]!;
    s1 += a[i + t + 1]! * b[j + t + 1]!;
    s2 += a[i + t + 2]! * b[j + t + 2]!;
    s3 += a[i + t + 3]! * b[j + t + 3]!;
  }
  for (; t < count; t++) s0 += a[i + t]! * b[j + t]!;
  return s0 + s1 + (s2 + s3);
}

/** Aᵀ, [columns, rows], of A [rows, columns]; in tiles, so that both sides use whole cache lines. */
export function transposed(a: Float64Array, rows: number, columns: number): Float64Array {
  const tile = 32;
  const result = new Float64Array(rows * columns);
  for (let r0 = 0; r0 < rows; r0 += tile)
    for (let c0 = 0; c0 < columns; c0 += tile) {
      const r1 = Math.min(rows, r0 + tile);
      const c1 = Math.min(columns, c0 + tile);
      for (let c = c0; c < c1; c++) for (let r = r0; r < r1; r++) result[c * rows + r] = a[r * columns + c]!;
    }
  return result;
}
