import { gemm } from './gemm.js';

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
 * op(A) op(B), [m, n] row-major float64: for what float32 tensors are too coarse for. Cost 2mnk flops, native where that
 * pays. Throws RangeError for arrays that do not have the stated shapes.
 */
export function matmul64(a: Float64Array, b: Float64Array, shape: MatmulShape): Float64Array {
  const c = new Float64Array(shape.m * shape.n);
  gemm({ ...shape, a, b, c });
  return c;
}
