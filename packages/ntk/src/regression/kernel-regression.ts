import { cholesky, choleskySolve, matmul64, symmetricEigen } from '@tangent/compute';

// N labeled items, k outputs, K: [N, N]. α: [N, k], so that m(x) = f(x) + K(x, L) α. Row-major float64.

/** Kernel regression: what training to the end gives (MATH §3). */
export interface KernelRegression {
  /** α = (K + λI)⁻¹R, [N, k]. */
  readonly weights: Float64Array;
  /** What the factorisation needed beyond λ. */
  readonly jitter: number;
}

/**
 * The weights of labeled residuals R = Y − f(X), [N, k], with a ridge λ that is absolute; 0 interpolates. The same as
 * gradient flow on the squared loss for t → ∞, with ½λ‖·‖² added to it. N³/3 + 2N²k flops. Throws
 * NotPositiveDefiniteError.
 */
export function kernelRegression(
  kernelLL: Float64Array,
  residual: Float64Array,
  numClasses: number,
  ridge: number,
): KernelRegression {
  const n = residual.length / numClasses;
  const regularised = kernelLL.slice();
  for (let i = 0; i < n; i++) regularised[i * n + i]! += ridge;
  const factor = cholesky(regularised, n);
  return { weights: choleskySolve(factor, residual, numClasses), jitter: factor.jitter };
}

/** Gradient flow in function space, for as many times as are asked for. */
export interface GradientFlow {
  /**
   * α(t), [N, k], with time = ηt: V diag((1 − e^{−σ·time})/σ) VᵀR. Infinity gives the pseudo-inverse, which leaves
   * directions with σ ≤ `rankTolerance` alone. 4N²k flops.
   */
  weightsAt(time: number): Float64Array;
  /** σ of K, [N] ascending; rounding may leave some a little below 0, which count as 0. */
  readonly eigenvalues: Float64Array;
  readonly rankTolerance: number;
}

/**
 * Solves ḟ = −ηK(f − Y) on ½‖f − Y‖² with the kernel frozen (MATH §3; Jacot et al. 2018): every eigendirection of K is
 * learned with the factor 1 − e^{−ησt}. residual: Y − f at time 0, [N, k]. One eigendecomposition (see `symmetricEigen`
 * for its cost). Throws RangeError for a K that is not symmetric or not finite.
 */
export function gradientFlow(
  kernelLL: Float64Array,
  residual: Float64Array,
  numClasses: number,
): GradientFlow {
  const n = residual.length / numClasses;
  const { values, vectors } = symmetricEigen(kernelLL, n);
  const shape = { m: n, k: n, n: numClasses };
  const projected = matmul64(vectors, residual, { ...shape, transposeA: true });
  const rankTolerance = n * 2 ** -52 * Math.max(0, values[n - 1] ?? 0);
  return {
    eigenvalues: values,
    rankTolerance,
    weightsAt(time) {
      if (!(time >= 0)) throw new RangeError(`the time of a gradient flow is ${time}; it must be 0 or more`);
      const filtered = projected.map((value, i) => {
        const sigma = Math.max(0, values[Math.floor(i / numClasses)]!);
        if (sigma <= rankTolerance) return Number.isFinite(time) ? time * value : 0;
        return (-Math.expm1(-sigma * time) / sigma) * value;
      });
      return matmul64(vectors, filtered, shape);
    },
  };
}
