import { subtractProductsInPlace, transposed } from './products.js';

/** What is multiplied: op(A) [m, k] by op(B) [k, n]. */
export interface MatmulShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** A is stored as [k, m]; default false. */
  readonly transposeA?: boolean;
  /** B is stored as [n, k]; default false. */
  readonly transposeB?: boolean;
}

/**
 * op(A) op(B), [m, n] row-major float64, in plain JavaScript: for what float32 tensors are too coarse for.
 * Cost 2mnk flops. Throws RangeError for arrays that do not have the stated shapes.
 */
export function matmul64(a: Float64Array, b: Float64Array, shape: MatmulShape): Float64Array {
  const { m, k, n, transposeA = false, transposeB = false } = shape;
  if (a.length !== m * k || b.length !== k * n)
    throw new RangeError(`matmul64: ${a.length} and ${b.length} numbers do not make ${m}×${k} and ${k}×${n}`);
  const left = transposeA ? transposed(a, k, m) : a;
  const right = transposeB ? b : transposed(b, k, n);
  const product = new Float64Array(m * n);
  subtractProductsInPlace(
    { values: product, at: 0, stride: n },
    { values: left, at: 0, stride: k },
    { values: right, at: 0, stride: k },
    m,
    n,
    k,
  );
  // 0 − x, so that a product that is zero is +0.
  for (let i = 0; i < product.length; i++) product[i] = 0 - product[i]!;
  return product;
}
