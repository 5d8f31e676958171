import { gemm } from '@tangent/compute';
import { requirePrior, requireTarget } from './checks.js';
import { type Direction, FeatureCore } from './feature-core.js';
import { FeatureItems, type Step } from './feature-items.js';
import type { FeaturePosteriorOptions } from './feature-options.js';
import { FeatureRows, FeatureTable, type ProductPrecision } from './feature-table.js';
import { KnownLabels } from './known-labels.js';
import type { LookAhead, Observation, Posterior } from './posterior.js';
import { outer } from './posterior-side.js';
import { inner } from './symmetric.js';

// L labeled, T tracked, E evaluation, d features, k classes; A, G and W as in feature-core.ts. Row-major float64.

const mostExactNumbers = 2 ** 22;
/** Above this residual of A⁻¹, or from so many updates on, the state is worth building anew. */
const mostDrift = 1e-9;
const mostUpdates = 2_000;
/** Passes that wait for `settle` at most. */
const mostUnsettled = 64;
/** Items of a part for all of which directions are computed at once, with the first that is asked for. */
const mostPrepared = 256;
/** Numbers of Φ from which on even the first pass is float32: float64 would take a minute for each billion of them. */
const defaultMostExactBuild = 2 ** 27;

/**
 * A posterior in feature space, K = ΦΦᵀ: linear in the pool (MATH §4–5). m = f_L + ΦW, c(x, x′) = λφᵀA⁻¹φ′.
 * Building costs (L + E + 2T)(d² + 128d) flops in float64 (of more than `mostExactBuild` features the 2T in float32), an update one
 * pass over Φ (4Td flops, bound by memory) and 2Tk.
 * Memory beyond Φ: 8T(k + 2) + 40d² bytes, and 16d for each item that is settled ahead. Items are named by their row in Φ.
 */
export class FeaturePosterior implements Posterior {
  numUpdates: number;
  private readonly precision: ProductPrecision;
  private refreshAt = 0;
  private numUnsettled = 0;
  private evaluated: FeatureRows | null = null;
  /** Whether it is a part of another, and so for picking among its items. */
  private isPart = false;
  private isPrepared = false;

  private constructor(
    private readonly options: FeaturePosteriorOptions,
    private readonly table: FeatureTable,
    private readonly core: FeatureCore,
    private readonly labels: KnownLabels,
    private readonly state: FeatureItems,
    readonly ridgeRelative: number,
    numUpdates: number,
  ) {
    this.numUpdates = numUpdates;
    this.precision =
      options.precision ?? (state.items.length * table.dimension <= mostExactNumbers ? 'float64' : 'float32');
  }

  /**
   * Throws RangeError for features, targets or outputs that are not finite, naming the item, and NotPositiveDefiniteError.
   */
  static build(options: FeaturePosteriorOptions): FeaturePosterior {
    const { features, dimension, prior, numClasses: k } = options;
    const table = FeatureTable.of(features, dimension);
    if (prior.length !== table.numItems * k)
      throw new RangeError(`${prior.length} outputs for ${table.numItems} items and ${k} classes`);
    requirePrior(prior, k);
    const labels = KnownLabels.of(options.observations);
    const core = FeatureCore.build({ ...options, labels: labels.byItem }, table);
    const items = options.tracked ?? Int32Array.from({ length: table.numItems }, (_, i) => i);
    const posterior = new FeaturePosterior(
      options,
      table,
      core,
      labels,
      FeatureItems.of(table, items, prior, k),
      options.ridgeRelative ?? 1e-2,
      0,
    );
    const { mostExactBuild = defaultMostExactBuild } = options;
    if (posterior.precision === 'float32' && items.length * dimension > mostExactBuild)
      posterior.state.estimate(core);
    else posterior.state.refresh(core, 0, items.length);
    return posterior;
  }

  get numClasses(): number {
    return this.options.numClasses;
  }
  get ridge(): number {
    return this.core.ridge;
  }
  get jitter(): number {
    return this.core.jitter;
  }
  get tracked(): Int32Array {
    return this.state.items;
  }
  get evaluation(): Int32Array {
    const { evaluation } = this.options;
    return evaluation === 'pool' ? Int32Array.from({ length: this.table.numItems }, (_, i) => i) : evaluation;
  }
  get numTracked(): number {
    return this.state.items.length;
  }
  get mean(): Float64Array {
    return this.state.mean;
  }
  get variance(): Float64Array {
    return this.state.variance;
  }
  get observations(): ReadonlyMap<number, Float64Array> {
    return this.labels.byItem;
  }
  /** m(E), [E, k]; computed when asked for, in one pass over the features of E. */
  get evaluationMean(): Float64Array {
    const k = this.numClasses;
    const { prior, evaluation } = this.options;
    const mean = this.evaluationRows().times(this.core.weights, k, 'float64');
    for (let e = 0; e * k < mean.length; e++) {
      const item = evaluation === 'pool' ? e : evaluation[e]!;
      for (let j = 0; j < k; j++) mean[e * k + j]! += prior[item * k + j]!;
    }
    return mean;
  }

  /** The largest residual of A⁻¹ that an update has met, relative: what rounding has done since the factorisation. */
  get drift(): number {
    return this.core.drift;
  }
  /** True when rounding has gone, or may have gone, so far that `refactorised` is worth its cost. */
  get needsRefactorising(): boolean {
    return this.core.drift > mostDrift || this.numUpdates >= mostUpdates;
  }

  /** n(x′) = Σ_E w c², [T], a view: the squared change that a unit residual at x′ makes, times (q + λ)². */
  reduction(): Float64Array {
    return this.state.reduction;
  }

  totalVariance(): number {
    return this.core.totalVariance();
  }

  varianceDrops(): Float64Array {
    const { variance, reduction } = this.state;
    const { ridge } = this;
    const drops = new Float64Array(reduction.length);
    for (let t = 0; t < drops.length; t++) drops[t] = reduction[t]! / (variance[t]! + ridge);
    return drops;
  }

  /**
   * `l2` is linear in T and exact over any E. `l1` costs 2TEd flops, so that it needs a subset for E: throws RangeError
   * when E is the whole pool.
   */
  outputChanges(residuals: Float64Array, norm: 'l1' | 'l2'): Float64Array {
    const k = this.numClasses;
    if (residuals.length !== this.numTracked * k)
      throw new RangeError(`${residuals.length} residuals for ${this.numTracked} items and ${k} classes`);
    const { variance, reduction } = this.state;
    const sums = norm === 'l1' ? this.absoluteReduction() : reduction;
    return sums.map((sum, t) => {
      let square = 0;
      for (let j = t * k; j < (t + 1) * k; j++) square += residuals[j]! * residuals[j]!;
      const scale = variance[t]! + this.ridge;
      return norm === 'l1' ? (Math.sqrt(square) * sum) / scale : (square * sum) / (scale * scale);
    });
  }

  /** Σ_E w |c|, [T], by products of blocks. */
  private absoluteReduction(): Float64Array {
    const { evaluation, relevance } = this.options;
    if (evaluation === 'pool')
      throw new RangeError(
        `the L1 change over a whole pool of ${this.table.numItems} items would take the square of it; build the ` +
          'posterior with a random subset of items as `evaluation`, or use the norm l2, which is linear',
      );
    const numE = evaluation.length;
    const d = this.table.dimension;
    const directions = new Float64Array(d * numE);
    const phi = this.table.rows(evaluation);
    gemm({ m: d, n: numE, k: d, a: this.core.inverse, b: phi, c: directions, transposeB: true });
    const sums = new Float64Array(this.numTracked);
    this.state.rows.eachProduct(directions, numE, this.precision, ({ values, count, first, rowOf }) => {
      for (let i = 0; i < count; i++) {
        const row = rowOf ? rowOf[first + i]! : first + i;
        if (row < 0) continue;
        let sum = 0;
        for (let e = 0; e < numE; e++)
          sum += (relevance ? relevance[e]! : 1) * Math.abs(values[i * numE + e]!);
        sums[row] = this.ridge * sum;
      }
    });
    return sums;
  }

  lookAt(t: number): LookAhead {
    const { b, h } = this.core.direction(this.state.features(t), this.tracked[t]!);
    // A pass over the features of a side once, however many residuals are tried.
    const change = (rowsOf: () => FeatureRows) => {
      let column: Float64Array | undefined;
      return (residual: Float64Array) => {
        column ??= rowsOf().times(b, 1, this.precision);
        return outer(column, residual, 1 + h);
      };
    };
    return {
      trackedChange: change(() => this.state.rows),
      evaluationChange: change(() => this.evaluationRows()),
    };
  }

  observe(t: number, target: Float64Array): void {
    const item = this.tracked[t]!;
    this.labels.add(item, target, () => {
      requireTarget(item, target, this.numClasses);
      this.updateItems([this.step(t, 1, target)]);
    });
  }

  forget(t: number): void {
    this.labels.remove(this.tracked[t]!, (target) => {
      this.updateItems([this.step(t, -1, target)]);
    });
  }

  assume(t: number, target?: Float64Array): void {
    this.assumeAll([{ t, target: target ?? null }]);
  }

  /**
   * `assume` one after the other, in a single pass over the features. `watch` is called for every row after every label,
   * with the row and the number of labels that its mean, variance and reduction know by then.
   */
  assumeAll(
    labels: readonly { readonly t: number; readonly target: Float64Array | null }[],
    watch?: (row: number, numLabels: number) => void,
  ): void {
    for (const { t, target } of labels) if (target) requireTarget(this.tracked[t]!, target, this.numClasses);
    this.updateItems(
      labels.map(({ t, target }) => this.step(t, 1, target)),
      watch,
    );
  }

  /** The rank-one update, sign 1, or downdate, −1, of all that is kept of no single item. */
  private step(t: number, sign: 1 | -1, target: Float64Array | null): Step {
    const features = this.state.features(t);
    this.prepareOnce();
    const direction = this.core.direction(features, this.tracked[t]!);
    const scale = 1 + sign * direction.h;
    if (!(scale > 0))
      throw new RangeError(`the update of item ${this.tracked[t]} is singular (scale ${scale}); refactorise`);
    const beta = sign / scale;
    const residual = target && this.residualAt(t, target, direction);
    this.core.update(features, direction, beta, residual);
    return { direction, beta, move: residual?.map((r) => beta * r) ?? null };
  }

  /** y − m(x*), with m from W: the kept mean may carry the rounding of float32 passes. */
  private residualAt(t: number, target: Float64Array, { shift }: Direction): Float64Array {
    const k = this.numClasses;
    const item = this.tracked[t]!;
    return target.map((y, j) => y - this.options.prior[item * k + j]! - shift[j]!);
  }

  private updateItems(steps: readonly Step[], watch?: (row: number, numLabels: number) => void): void {
    this.state.apply(steps, { ridge: this.ridge, precision: this.precision }, watch);
    this.numUpdates += steps.length;
    this.numUnsettled += 1;
    if (this.precision === 'float32' && this.numUnsettled > mostUnsettled) this.settle();
  }

  /**
   * Computes anew, exactly, as large a part of m, q and n as the passes since the last call ask for, so that the rounding
   * of float32 passes never adds up: after `refreshEvery` passes every item has been. Work for after the answer; updates
   * do it themselves when nobody has for 64 passes. 2(d² + 128d) flops a row, T/refreshEvery rows a pass, and copies of A⁻¹
   * and G, 2d² numbers, once a call: so one call after many updates is cheaper than one after each.
   * `likely`: positions whose labels may come, or be assumed, next; 4d² flops each now, and none then.
   */
  settle(likely: Int32Array = new Int32Array()): void {
    this.core.takeIn();
    this.refresh();
    this.prepare(likely.map((t) => this.tracked[t]!));
  }

  /** Of a part, one product for all items that may be picked from it. */
  private prepareOnce(): void {
    if (this.isPart && !this.isPrepared && this.numTracked <= mostPrepared) this.prepare(this.tracked);
    this.isPrepared = true;
  }

  private prepare(items: Int32Array): void {
    this.core.prepare(items, (item) => this.table.row(item));
  }

  private refresh(): void {
    if (this.precision !== 'float32' || this.numUnsettled === 0) return;
    const { length } = this.state.items;
    const perPass = Math.ceil(length / (this.options.refreshEvery ?? 250));
    const count = Math.min(length, this.numUnsettled * perPass);
    this.state.refresh(this.core, this.refreshAt, count);
    const next = this.refreshAt + count;
    this.refreshAt = next < length ? next : next - length;
    this.numUnsettled = 0;
  }

  private evaluationRows(): FeatureRows {
    const { evaluation } = this.options;
    this.evaluated ??=
      evaluation === 'pool' ? FeatureRows.all(this.table) : FeatureRows.of(this.table, evaluation);
    return this.evaluated;
  }

  /** The same state as a copy of its own, with the features shared. */
  copy(): FeaturePosterior {
    const copy = new FeaturePosterior(
      this.options,
      this.table,
      this.core.copy(),
      this.labels.copy(),
      this.state.copy(),
      this.ridgeRelative,
      this.numUpdates,
    );
    copy.refreshAt = this.refreshAt;
    copy.numUnsettled = this.numUnsettled;
    return copy;
  }

  /** Copies the features only where the positions are less than a quarter of the pool. */
  restrict(positions: Int32Array): FeaturePosterior {
    const part = new FeaturePosterior(
      this.options,
      this.table,
      this.core.copy(),
      this.labels.copy(),
      this.state.restrict(positions),
      this.ridgeRelative,
      this.numUpdates,
    );
    part.isPart = true;
    return part;
  }

  release(): void {
    this.core.release();
  }

  refactorised(observations: readonly Observation[] = this.labels.observations()): FeaturePosterior {
    return FeaturePosterior.build({
      ...this.options,
      ridge: this.ridge,
      tracked: this.tracked,
      observations,
    });
  }

  nearestLabeled(t: number, count: number): { readonly item: number; readonly similarity: number }[] {
    const item = this.tracked[t]!;
    const phi = this.state.features(t);
    const square = inner(phi, phi);
    return this.labels.nearest(item, count, (labeled) =>
      Float64Array.from(labeled, (other) => {
        const features = this.table.row(other);
        return inner(phi, features) / (Math.sqrt(square * inner(features, features)) || 1);
      }),
    );
  }
}
