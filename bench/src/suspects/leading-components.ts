import { cholesky, createRandom, matmul64, solveLower } from '@tangent/compute';

// X: [n, d] features. B: [r, d] with orthonormal rows, a basis of the leading directions of X.

/** Length of every row of components: that of the hashed n-grams. */
const length = 8;

/**
 * The rows of X in a basis of their r leading directions (not centred), each scaled to length 8, [n, r] float32: dense features
 * that items share, as a pretrained backbone would give, where of hashed n-grams every item has some for itself.
 * By four power iterations from a seeded random basis, each orthonormalised by Cholesky; the basis spans the leading
 * directions but is not aligned with them, which no method here minds. Cost 16ndr flops.
 * Source: Halko, Martinsson & Tropp 2011, algorithm 4.4.
 */
export function leadingComponents(features: Float32Array, d: number, r: number, seed: number): Float32Array {
  const x = Float64Array.from(features);
  const n = x.length / d;
  const random = createRandom(seed).fork('components');
  let basis = orthonormalRows(
    Float64Array.from({ length: r * d }, () => random.normal()),
    r,
  );
  for (let iteration = 0; iteration < 4; iteration++) {
    const items = orthonormalRows(matmul64(basis, x, { m: r, k: d, n, transposeB: true }), r);
    basis = orthonormalRows(matmul64(items, x, { m: r, k: n, n: d }), r);
  }
  const components = Float32Array.from(matmul64(x, basis, { m: n, k: d, n: r, transposeB: true }));
  for (let i = 0; i < n; i++) {
    const row = components.subarray(i * r, (i + 1) * r);
    const norm = Math.hypot(...row);
    if (norm > 0) for (let t = 0; t < r; t++) row[t]! *= length / norm;
  }
  return components;
}

/** L⁻¹B with LLᵀ = BBᵀ. B: [r, ·]. */
function orthonormalRows(b: Float64Array, r: number): Float64Array {
  const width = b.length / r;
  const gram = matmul64(b, b, { m: r, k: width, n: r, transposeB: true });
  return solveLower(cholesky(gram, r), b, width);
}
