import { createRandom } from '@tangent/compute';
import { type SparseRows, sparseTimes } from './sparse-rows.js';

// X: [n, d] rows of texts, sparse. V: [d, m] with orthonormal columns, which span the leading right singular directions of X.

/** Leading directions of a matrix of texts. */
export interface LatentSemantics {
  /** d of the rows that go in. */
  readonly width: number;
  /** m of the rows that come out. */
  readonly numComponents: number;
  /** V, [width, numComponents]. */
  readonly components: Float32Array;
}

/** Length of every row that comes out: that of the hashed n-grams. */
const norm = 8;
const numPowerIterations = 2;
/** A direction of which less than this share is left beside the others is none of its own. */
const smallestShare = 1e-8;

/**
 * Latent semantic analysis (Deerwester et al. 1990): the directions in which the words of the rows occur together, so that
 * texts can be alike that share no word. By subspace iteration from a fixed random start (Halko, Martinsson & Tropp 2011,
 * algorithm 4.4); the basis spans the leading directions, and is not turned to them one by one, which no dense layer minds.
 * What occurs in one row only joins none and is left out. Fewer than `numComponents` where the rows have fewer directions,
 * at least one. Cost 12nm² + 4dm² + 12m · values flops, in float64, and m(n + 2d) numbers of memory.
 */
export function fitLatentSemantics(rows: SparseRows, numComponents: number): LatentSemantics {
  const random = createRandom('latent semantics');
  const shared = withSharedColumns(rows);
  const from = Array.from({ length: numComponents }, () =>
    Float64Array.from({ length: shared.width }, () => random.normal()),
  );
  let onRows = orthonormal(from.map((v) => times(shared, v)));
  for (let t = 0; t < numPowerIterations; t++)
    onRows = orthonormal(onRows.map((u) => times(shared, timesTransposed(shared, u))));
  const basis = orthonormal(onRows.map((u) => timesTransposed(shared, u)));
  const m = Math.max(1, basis.length);
  const components = new Float32Array(rows.width * m);
  basis.forEach((v, j) => {
    for (let i = 0; i < rows.width; i++) components[i * m + j] = v[i]!;
  });
  return { width: rows.width, numComponents: m, components };
}

/** X V, each row scaled to length 8, [n, numComponents] float32; a row without known words is 0. Cost 2m · values flops. */
export function applyLatentSemantics(
  rows: SparseRows,
  { components, numComponents }: LatentSemantics,
): Float32Array {
  const product = sparseTimes(rows, components, numComponents);
  for (let row = 0; row < rows.numRows; row++) {
    const of = product.subarray(row * numComponents, (row + 1) * numComponents);
    const length = Math.sqrt(of.reduce((sum, value) => sum + value * value, 0));
    if (length > 0) for (let j = 0; j < numComponents; j++) of[j]! *= norm / length;
  }
  return product;
}

/** The rows without what occurs in one of them only. */
function withSharedColumns(rows: SparseRows): SparseRows {
  const { numRows, width, offsets, columns, values } = rows;
  const numRowsOf = new Uint32Array(width);
  for (const column of columns) numRowsOf[column]!++;
  const isShared = (at: number) => numRowsOf[columns[at]!]! > 1;
  const kept = Array.from(columns.keys()).filter(isShared);
  const keptOffsets = new Int32Array(numRows + 1);
  for (let row = 0; row < numRows; row++) {
    let count = keptOffsets[row]!;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) if (isShared(at)) count++;
    keptOffsets[row + 1] = count;
  }
  return {
    numRows,
    width,
    offsets: keptOffsets,
    columns: Int32Array.from(kept, (at) => columns[at]!),
    values: Float32Array.from(kept, (at) => values[at]!),
  };
}

/** X v, [numRows]. */
function times({ numRows, offsets, columns, values }: SparseRows, v: Float64Array): Float64Array {
  const product = new Float64Array(numRows);
  for (let row = 0; row < numRows; row++) {
    let sum = 0;
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++) sum += values[at]! * v[columns[at]!]!;
    product[row] = sum;
  }
  return product;
}

/** Xᵀ u, [width]. */
function timesTransposed(
  { numRows, width, offsets, columns, values }: SparseRows,
  u: Float64Array,
): Float64Array {
  const product = new Float64Array(width);
  for (let row = 0; row < numRows; row++)
    for (let at = offsets[row]!; at < offsets[row + 1]!; at++)
      product[columns[at]!]! += values[at]! * u[row]!;
  return product;
}

/** Gram–Schmidt, twice for each vector (Giraud et al. 2005); vectors that lie in the span of those before are dropped. */
function orthonormal(vectors: readonly Float64Array[]): Float64Array[] {
  const basis: Float64Array[] = [];
  for (const vector of vectors) {
    const before = Math.sqrt(dot(vector, vector));
    for (let pass = 0; pass < 2; pass++)
      for (const unit of basis) {
        const along = dot(unit, vector);
        for (let i = 0; i < vector.length; i++) vector[i]! -= along * unit[i]!;
      }
    const length = Math.sqrt(dot(vector, vector));
    if (!(length > smallestShare * before)) continue;
    for (let i = 0; i < vector.length; i++) vector[i]! /= length;
    basis.push(vector);
  }
  return basis;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
