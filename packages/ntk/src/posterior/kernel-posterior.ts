import { type Cholesky, cholesky, solveLower } from '@tangent/compute';
import type { Gram } from '../gram.js';
import { requireFiniteRows, requirePrior, requireTarget, ridgeOf } from './checks.js';
import { KnownLabels, labeledItems, labelResiduals } from './known-labels.js';
import type { LookAhead, Observation, Posterior } from './posterior.js';
import { areManyUpdates, outer, Side } from './posterior-side.js';
import { symmetriseInPlace } from './symmetric.js';

// L labeled, T tracked, E evaluation, k classes. Everything float64, row-major.

export interface KernelPosteriorOptions {
  readonly gram: Gram;
  /** f_L(x) of every item of the Gram, [numItems, k]: what the trained network predicts. */
  readonly prior: Float32Array | Float64Array;
  readonly numClasses: number;
  readonly observations: readonly Observation[];
  /** Items whose change is watched (E), by index in the Gram. */
  readonly evaluation: Int32Array;
  /** Weight of each evaluation item, [E]; 1 each when absent. */
  readonly relevance?: Float64Array;
  /** λ relative to the mean kernel diagonal of the labeled items (MATH §3); default 1e-2. */
  readonly ridgeRelative?: number;
  /** λ, absolute, whatever the labels; `ridgeRelative` is then only reported. For a state built anew with the λ it had. */
  readonly ridge?: number;
  /** Items to track; all of the Gram when absent. */
  readonly tracked?: Int32Array;
}

/**
 * A posterior in kernel space, for any Gram: m(x) = f_L(x) + K(x,L)(K_LL + λI)⁻¹(Y − f_L(X_L)) and
 * c(x,x′) = K(x,x′) − K(x,L)(K_LL + λI)⁻¹K(L,x′), with c between tracked and evaluation items kept.
 * An update costs O(T·(E + L + cost of a kernel column)). Memory 8·T·(E + L) bytes.
 */
export class KernelPosterior implements Posterior {
  readonly numClasses: number;
  /** λ, absolute; with the jitter, if there was any. */
  readonly ridge: number;
  readonly ridgeRelative: number;
  /** What the Cholesky factorisation needed beyond the λ that was asked for. */
  readonly jitter: number;
  /** w, [E]. */
  private readonly relevance: Float64Array;
  /** Rank-one updates since the factorisation. */
  numUpdates = 0;

  private constructor(
    private readonly options: KernelPosteriorOptions,
    private readonly labels: KnownLabels,
    private readonly trackedSide: Side,
    private readonly evaluationSide: Side,
    /** c(T, E). */
    private readonly covariance: Float64Array,
    /** q(T). */
    readonly variance: Float64Array,
    /** q(E). */
    private readonly evaluationVariance: Float64Array,
    /** Λ with ΛΛᵀ = K_LL + λI, and the row of each item that was labeled when it was computed. */
    private readonly factor: Cholesky,
    private readonly rowOf: ReadonlyMap<number, number>,
    scale: { readonly ridge: number; readonly ridgeRelative: number; readonly jitter: number },
  ) {
    this.numClasses = options.numClasses;
    this.relevance = options.relevance ?? new Float64Array(options.evaluation.length).fill(1);
    this.ridge = scale.ridge;
    this.ridgeRelative = scale.ridgeRelative;
    this.jitter = scale.jitter;
  }

  /** Factorises K_LL + λI and builds the state: L³/3 + L·T·E flops in float64. Throws NotPositiveDefiniteError. */
  static build(options: KernelPosteriorOptions): KernelPosterior {
    const { gram, prior, numClasses: k, observations, evaluation } = options;
    const ridgeRelative = options.ridgeRelative ?? 1e-2;
    const labels = KnownLabels.of(observations);
    const labeled = labeledItems(labels.byItem);
    const n = labeled.length;
    requirePrior(prior, k);
    for (const { item, target } of observations) requireTarget(item, target, k);
    const ridge = ridgeOf(
      { ...options, ridgeRelative },
      Array.from(labeled, (item) => gram.diagonal[item]!),
    );

    const rowOf = new Map(Array.from(labeled, (item, l) => [item, l]));
    const kernel = Float64Array.from(gram.block(labeled, labeled));
    symmetriseInPlace(kernel, n);
    for (let i = 0; i < n; i++) kernel[i * n + i] = gram.diagonal[labeled[i]!]!;
    const regularised = kernel.slice();
    for (let i = 0; i < n; i++) regularised[i * n + i]! += ridge;
    const factor = cholesky(regularised, n);
    // Float32 blocks of other shapes round differently, and a downdate divides by λ − q, about λ²/K: without the very
    // numbers of K_LL for labeled items, undoing a first label was 0.1% off at λ = 1e-2 K, and singular at 1e-4 K.
    const kernelRows = (items: Int32Array) => {
      const rows = Float64Array.from(gram.block(labeled, items));
      items.forEach((item, i) => {
        const column = rowOf.get(item);
        if (column !== undefined)
          for (let l = 0; l < n; l++) rows[l * items.length + i] = kernel[l * n + column]!;
      });
      return rows;
    };
    const whitened = solveLower(factor, labelResiduals(labeled, labels.byItem, prior, k), k);
    const side = (items: Int32Array) => {
      const v = solveLower(factor, kernelRows(items), items.length);
      return Side.build({ items, v, numLabeled: n, whitened, prior, numClasses: k });
    };
    const tracked = side(options.tracked ?? Int32Array.from({ length: gram.numItems }, (_, i) => i));
    const evaluated = side(evaluation);
    const covariance = Float64Array.from(gram.block(tracked.items, evaluation));
    const kernelLE = kernelRows(evaluation);
    const numE = evaluation.length;
    tracked.items.forEach((item, t) => {
      const l = rowOf.get(item);
      if (l !== undefined) covariance.set(kernelLE.subarray(l * numE, (l + 1) * numE), t * numE);
    });
    tracked.subtractProductsInPlace(evaluated, covariance);
    requireFiniteRows(covariance, tracked.items);
    const variance = tracked.posteriorVariance(gram.diagonal);
    requireFiniteRows(variance, tracked.items);
    return new KernelPosterior(
      options,
      labels,
      tracked,
      evaluated,
      covariance,
      variance,
      evaluated.posteriorVariance(gram.diagonal),
      factor,
      rowOf,
      // With the jitter: the factor is that of K_LL + (λ + jitter)I, and updates must go on from that very λ.
      { ridge: ridge + factor.jitter, ridgeRelative, jitter: factor.jitter },
    );
  }

  /** Items tracked, by index in the Gram. */
  get tracked(): Int32Array {
    return this.trackedSide.items;
  }
  get evaluation(): Int32Array {
    return this.evaluationSide.items;
  }
  get numTracked(): number {
    return this.trackedSide.items.length;
  }
  /** m(T), [T, k]: what is predicted now. */
  get mean(): Float64Array {
    return this.trackedSide.mean;
  }
  /** m(E), [E, k]. */
  get evaluationMean(): Float64Array {
    return this.evaluationSide.mean;
  }
  /** Labels that the state knows, by item. */
  get observations(): ReadonlyMap<number, Float64Array> {
    return this.labels.byItem;
  }

  /** n(x′) = Σ_E w c², [T]: the squared change that a unit residual at x′ makes, times (q + λ)². Cost T·E. */
  reduction(): Float64Array {
    const numE = this.evaluation.length;
    const w = this.relevance;
    return Float64Array.from({ length: this.numTracked }, (_, t) => {
      let sum = 0;
      for (let e = 0, at = t * numE; e < numE; e++, at++)
        sum += w[e]! * this.covariance[at]! * this.covariance[at]!;
      return sum;
    });
  }

  /** Σ_E w |c|, [T]: the L1 form of `reduction`. Cost T·E. */
  absoluteReduction(): Float64Array {
    const numE = this.evaluation.length;
    const w = this.relevance;
    return Float64Array.from({ length: this.numTracked }, (_, t) => {
      let sum = 0;
      for (let e = 0, at = t * numE; e < numE; e++, at++) sum += w[e]! * Math.abs(this.covariance[at]!);
      return sum;
    });
  }

  /** c(E, x) of the tracked item at position t, [E]. */
  evaluationCovariance(t: number): Float64Array {
    const numE = this.evaluation.length;
    return this.covariance.slice(t * numE, (t + 1) * numE);
  }

  /** c(T, x) of the tracked item at position t, [T]. Cost of a kernel column and T·L. */
  covarianceColumn(t: number): Float64Array {
    const item = this.tracked[t]!;
    const point = this.trackedSide.point(t);
    const l = this.rowOf.get(item);
    if (l === undefined)
      return this.trackedSide.covarianceWith(this.options.gram.column(this.tracked, item), point);
    // λ vᵀΛ⁻¹e for an item of the factorisation: no difference of two large numbers for a downdate to magnify.
    const weights = new Float64Array(this.factor.n);
    weights[l] = -this.ridge;
    const v = solveLower(this.factor, weights, 1);
    return this.trackedSide.covarianceWith(new Float64Array(this.numTracked), {
      v,
      updates: point.updates,
    });
  }

  /** Adds the label `target`, [k], of the tracked item at position t: the exact rank-one update. Throws if it has one. */
  observe(t: number, target: Float64Array): void {
    this.labels.add(this.tracked[t]!, target, () => {
      this.update(t, 1, this.variance[t]! + this.ridge, this.residualAt(t, target));
    });
  }

  /** Takes the label of the tracked item at position t away: the exact rank-one downdate. Throws if it has none. */
  forget(t: number): void {
    this.labels.remove(this.tracked[t]!, (target) => {
      this.update(t, -1, this.ridge - this.variance[t]!, this.residualAt(t, target));
    });
  }

  /** Updates variance and covariance as if the item had a label, and the mean too when a target is assumed. */
  assume(t: number, target?: Float64Array): void {
    this.update(t, 1, this.variance[t]! + this.ridge, target ? this.residualAt(t, target) : null);
  }

  private residualAt(t: number, target: Float64Array): Float64Array {
    const k = this.numClasses;
    requireTarget(this.tracked[t]!, target, k);
    return target.map((y, j) => y - this.mean[t * k + j]!);
  }

  /** sign 1 adds a label, −1 removes one; scale is q + λ, or λ − q. Both are positive. */
  private update(t: number, sign: 1 | -1, scale: number, residual: Float64Array | null): void {
    if (!(scale > 0))
      throw new RangeError(`the update of item ${this.tracked[t]} is singular (scale ${scale}); refactorise`);
    const tracked = this.covarianceColumn(t);
    // c(E, x) is the row c(x, E), by symmetry: no second kernel column.
    const evaluation = this.evaluationCovariance(t);
    const numE = evaluation.length;
    for (let i = 0; i < tracked.length; i++) {
      const factor = (sign * tracked[i]!) / scale;
      this.variance[i] = Math.max(0, this.variance[i]! - factor * tracked[i]!);
      if (factor === 0) continue;
      const row = i * numE;
      for (let e = 0; e < numE; e++) this.covariance[row + e]! -= factor * evaluation[e]!;
    }
    for (let e = 0; e < numE; e++)
      this.evaluationVariance[e] = Math.max(
        0,
        this.evaluationVariance[e]! - (sign * evaluation[e]! * evaluation[e]!) / scale,
      );
    this.trackedSide.push(tracked, sign, scale, residual);
    if (residual) this.evaluationSide.shiftMean(evaluation, sign * scale, residual);
    this.numUpdates++;
  }

  get needsRefactorising(): boolean {
    return areManyUpdates(this.numUpdates, this.observations.size);
  }

  totalVariance(): number {
    return this.evaluationVariance.reduce((sum, q, e) => sum + this.relevance[e]! * q, 0);
  }

  varianceDrops(): Float64Array {
    return this.reduction().map((n, t) => n / (this.variance[t]! + this.ridge));
  }

  outputChanges(residuals: Float64Array, norm: 'l1' | 'l2'): Float64Array {
    const k = this.numClasses;
    const sums = norm === 'l1' ? this.absoluteReduction() : this.reduction();
    return sums.map((sum, t) => {
      const length = Math.hypot(...residuals.subarray(t * k, (t + 1) * k)) / (this.variance[t]! + this.ridge);
      return norm === 'l1' ? length * sum : length * length * sum;
    });
  }

  lookAt(t: number): LookAhead {
    const scale = this.variance[t]! + this.ridge;
    let column: Float64Array | undefined;
    let evaluation: Float64Array | undefined;
    return {
      trackedChange: (residual) => {
        column ??= this.covarianceColumn(t);
        return outer(column, residual, scale);
      },
      evaluationChange: (residual) => {
        evaluation ??= this.evaluationCovariance(t);
        return outer(evaluation, residual, scale);
      },
    };
  }

  /** Nothing: every update is exact at once. */
  settle(): void {}

  release(): void {}

  /** The same state over some of the tracked items (positions), as a copy of its own. */
  restrict(positions: Int32Array): KernelPosterior {
    const numE = this.evaluation.length;
    const covariance = new Float64Array(positions.length * numE);
    positions.forEach((t, r) => {
      covariance.set(this.covariance.subarray(t * numE, (t + 1) * numE), r * numE);
    });
    const copy = new KernelPosterior(
      this.options,
      this.labels.copy(),
      this.trackedSide.restrict(positions),
      this.evaluationSide.restrict(Int32Array.from({ length: numE }, (_, e) => e)),
      covariance,
      Float64Array.from(positions, (t) => this.variance[t]!),
      this.evaluationVariance.slice(),
      this.factor,
      this.rowOf,
      this,
    );
    copy.numUpdates = this.numUpdates;
    return copy;
  }

  refactorised(observations: readonly Observation[] = this.labels.observations()): KernelPosterior {
    return KernelPosterior.build({ ...this.options, ridge: this.ridge, tracked: this.tracked, observations });
  }

  /** The labeled items most like the item at position t by the cosine of the kernel, best first. */
  nearestLabeled(t: number, count: number): { readonly item: number; readonly similarity: number }[] {
    const { gram } = this.options;
    const item = this.tracked[t]!;
    return this.labels.nearest(item, count, (labeled) => {
      const column = gram.column(labeled, item);
      return Float64Array.from(
        labeled,
        (other, l) => column[l]! / Math.sqrt(gram.diagonal[other]! * gram.diagonal[item]! || 1),
      );
    });
  }
}
