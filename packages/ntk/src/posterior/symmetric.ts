import { type Cholesky, choleskySolve } from '@tangent/compute';

// Square matrices [n, n], row-major float64.

/** A ← A + α uuᵀ. Cost 2n² flops. */
export function addSquareInPlace(a: Float64Array, alpha: number, u: Float64Array): void {
  const n = u.length;
  for (let i = 0; i < n; i++) {
    const factor = alpha * u[i]!;
    const row = i * n;
    for (let j = 0; j < n; j++) a[row + j]! += factor * u[j]!;
  }
}

/** A ← A + α (u vᵀ + v uᵀ)/2: symmetric for any u and v. Cost 4n² flops. */
export function addSymmetricProductInPlace(
  a: Float64Array,
  alpha: number,
  u: Float64Array,
  v: Float64Array,
): void {
  const n = u.length;
  for (let i = 0; i < n; i++) {
    const left = 0.5 * alpha * u[i]!;
    const right = 0.5 * alpha * v[i]!;
    const row = i * n;
    for (let j = 0; j < n; j++) a[row + j]! += left * v[j]! + right * u[j]!;
  }
}

/** A x, [n]. */
export function timesVector(a: Float64Array, x: ArrayLike<number>): Float64Array {
  const n = x.length;
  const product = new Float64Array(n);
  for (let i = 0; i < n; i++) {
    const row = i * n;
    let [even, odd] = [0, 0];
    let j = 0;
    for (; j + 1 < n; j += 2) {
      even += a[row + j]! * x[j]!;
      odd += a[row + j + 1]! * x[j + 1]!;
    }
    if (j < n) even += a[row + j]! * x[j]!;
    product[i] = even + odd;
  }
  return product;
}

/** Σ x_i y_i, in four sums, because one waits for itself. */
export function inner(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let [a, b, c, d] = [0, 0, 0, 0];
  let i = 0;
  for (; i + 3 < x.length; i += 4) {
    a += x[i]! * y[i]!;
    b += x[i + 1]! * y[i + 1]!;
    c += x[i + 2]! * y[i + 2]!;
    d += x[i + 3]! * y[i + 3]!;
  }
  for (; i < x.length; i++) a += x[i]! * y[i]!;
  return a + b + (c + d);
}

/** (A + Aᵀ)/2 in place: what rounding made of a symmetric matrix. */
export function symmetriseInPlace(a: Float64Array, n: number): void {
  for (let i = 0; i < n; i++)
    for (let j = 0; j < i; j++) {
      const mean = (a[i * n + j]! + a[j * n + i]!) / 2;
      a[i * n + j] = mean;
      a[j * n + i] = mean;
    }
}

/** The inverse of a factorised matrix, [n, n] symmetric. Cost 2n³ flops. */
export function inverseOf(factor: Cholesky): Float64Array {
  const { n } = factor;
  const identity = new Float64Array(n * n);
  for (let i = 0; i < n; i++) identity[i * n + i] = 1;
  const inverse = choleskySolve(factor, identity, n);
  symmetriseInPlace(inverse, n);
  return inverse;
}
