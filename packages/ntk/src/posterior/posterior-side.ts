import { matmul64 } from '@tangent/compute';
import { sharedZeros } from '../shared-zeros.js';

const updatesPerFactorisation = 64;
const updatesPerLabel = 0.5;

/**
 * Whether so many updates are reason to factorise anew, for rounding adds up and every update lengthens a column: 64, or a
 * share of the labels where that is more. To build costs as many updates as there are labels, and must not come so often that
 * a state of many labels never catches up.
 */
export const areManyUpdates = (numUpdates: number, numLabels: number): boolean =>
  numUpdates >= Math.max(updatesPerFactorisation, updatesPerLabel * numLabels);

/**
 * One side of the posterior's covariance, the tracked or the evaluation items: their whitened kernel columns
 * v = L⁻¹K(L, x), the columns of the rank-one updates since, and their means.
 */
export class Side {
  private constructor(
    readonly items: Int32Array,
    /** [numLabeled, items]. */
    private readonly v: Float64Array,
    private readonly numLabeled: number,
    /** Posterior covariances with the items of the updates; each takes sign/scale of its square off the covariance. */
    private readonly updates: { readonly column: Float64Array; readonly factor: number }[],
    /** m, [items, k]. */
    readonly mean: Float64Array,
    private readonly numClasses: number,
  ) {}

  static build(from: {
    readonly items: Int32Array;
    readonly v: Float64Array;
    readonly numLabeled: number;
    /** L⁻¹(Y − f_L(X_L)), [numLabeled, k]. */
    readonly whitened: Float64Array;
    /** f_L of all items of the Gram, [numItems, k]. */
    readonly prior: Float32Array | Float64Array;
    readonly numClasses: number;
  }): Side {
    const { items, v, numLabeled, whitened, prior, numClasses: k } = from;
    const mean = sharedZeros(items.length * k);
    items.forEach((item, i) => {
      for (let j = 0; j < k; j++) mean[i * k + j] = prior[item * k + j]!;
    });
    for (let l = 0; l < numLabeled; l++)
      for (let i = 0; i < items.length; i++) {
        const value = v[l * items.length + i]!;
        for (let j = 0; j < k; j++) mean[i * k + j]! += value * whitened[l * k + j]!;
      }
    return new Side(items, v, numLabeled, [], mean, k);
  }

  /** K(x, x) − ‖v‖² of every item, never below 0. */
  posteriorVariance(diagonal: Float64Array): Float64Array {
    const q = Float64Array.from(this.items, (item) => diagonal[item]!);
    for (let l = 0; l < this.numLabeled; l++)
      for (let i = 0; i < q.length; i++) {
        const value = this.v[l * q.length + i]!;
        q[i]! -= value * value;
      }
    return q.map((value) => Math.max(0, value));
  }

  /** target −= vᵀ v′, with target [items, other.items]; before any update. */
  subtractProductsInPlace(other: Side, target: Float64Array): void {
    const shape = { m: this.items.length, k: this.numLabeled, n: other.items.length, transposeA: true };
    const products = matmul64(this.v, other.v, shape);
    for (let i = 0; i < target.length; i++) target[i]! -= products[i]!;
  }

  /** What `covarianceWith` needs to know of the item at position i. */
  point(i: number): { readonly v: Float64Array; readonly updates: readonly number[] } {
    const v = Float64Array.from({ length: this.numLabeled }, (_, l) => this.v[l * this.items.length + i]!);
    return { v, updates: this.updates.map(({ column }) => column[i]!) };
  }

  /** Posterior covariance of every item with a point, from the prior covariance (the kernel column), in place. */
  covarianceWith(
    kernelColumn: Float64Array,
    point: { readonly v: Float64Array; readonly updates: readonly number[] },
  ): Float64Array {
    const n = this.items.length;
    for (let l = 0; l < this.numLabeled; l++) {
      const value = point.v[l]!;
      const from = l * n;
      if (value !== 0) for (let i = 0; i < n; i++) kernelColumn[i]! -= value * this.v[from + i]!;
    }
    this.updates.forEach(({ column, factor }, u) => {
      const value = factor * point.updates[u]!;
      for (let i = 0; i < n; i++) kernelColumn[i]! -= value * column[i]!;
    });
    return kernelColumn;
  }

  /** Notes an update, whose column later covariances need, and moves the means when its residual is known. */
  push(column: Float64Array, sign: 1 | -1, scale: number, residual: Float64Array | null): void {
    if (residual) this.shiftMean(column, sign * scale, residual);
    this.updates.push({ column, factor: sign / scale });
  }

  /** m += column/scale · residual. */
  shiftMean(column: Float64Array, scale: number, residual: Float64Array): void {
    this.mean.set(this.meanPlus(column, scale, residual));
  }

  /** m + column/scale · residual, [items, k]. */
  meanPlus(column: Float64Array, scale: number, residual: Float64Array): Float64Array {
    const k = this.numClasses;
    const mean = this.mean.slice();
    for (let i = 0; i < column.length; i++) {
      const weight = column[i]! / scale;
      if (weight !== 0) for (let j = 0; j < k; j++) mean[i * k + j]! += weight * residual[j]!;
    }
    return mean;
  }

  restrict(positions: Int32Array): Side {
    const k = this.numClasses;
    const v = new Float64Array(this.numLabeled * positions.length);
    for (let l = 0; l < this.numLabeled; l++)
      positions.forEach((i, r) => {
        v[l * positions.length + r] = this.v[l * this.items.length + i]!;
      });
    const mean = new Float64Array(positions.length * k);
    positions.forEach((i, r) => {
      mean.set(this.mean.subarray(i * k, (i + 1) * k), r * k);
    });
    const updates = this.updates.map(({ column, factor }) => ({
      column: Float64Array.from(positions, (i) => column[i]!),
      factor,
    }));
    return new Side(
      Int32Array.from(positions, (i) => this.items[i]!),
      v,
      this.numLabeled,
      updates,
      mean,
      k,
    );
  }
}

/** column ⊗ residual / scale, [items, k]. */
export function outer(column: Float64Array, residual: Float64Array, scale: number): Float64Array {
  const k = residual.length;
  const change = new Float64Array(column.length * k);
  for (let i = 0; i < column.length; i++) {
    const weight = column[i]! / scale;
    if (weight !== 0) for (let j = 0; j < k; j++) change[i * k + j] = weight * residual[j]!;
  }
  return change;
}
