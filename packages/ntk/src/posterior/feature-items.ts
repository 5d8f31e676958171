import { gemm, Scratch } from '@tangent/compute';
import { takeRows } from '../rows.js';
import { sharedZeros } from '../shared-zeros.js';
import { EngineForms } from './engine-forms.js';
import { type Direction, type FeatureCore, notFinite } from './feature-core.js';
import { moveMeans, rowAt, takeInSquares } from './feature-pass.js';
import { FeatureRows, type FeatureTable, type ProductPrecision } from './feature-table.js';
import { QuadraticForms } from './symmetric-panels.js';

// T tracked, d features, k classes; A, G and W as in feature-core.ts. Row-major float64.

/**
 * Columns that a direction is split into for float32 passes, each over its own part of the features: their sums are added
 * in float64, which halves the rounding. A pass is bound by memory, and eight columns cost as two.
 */
const mostSplits = 2;

/** A label, as all items take it in. */
export interface Step {
  readonly direction: Direction;
  /** 1/(1 + h), or −1/(1 − h) for a label that goes. */
  readonly beta: number;
  /** β(y − m(x*)), [k]; null leaves the means. */
  readonly move: Float64Array | null;
}

/** What a posterior in feature space keeps of every tracked item. */
export class FeatureItems {
  private kept: FeatureRows | null = null;
  private forms: QuadraticForms | null = null;
  private readonly shifts = new Scratch(Float64Array);

  private constructor(
    private readonly table: FeatureTable,
    readonly items: Int32Array,
    /** f_L of every item of the table, [N, k]. */
    private readonly prior: Float32Array | Float64Array,
    private readonly numClasses: number,
    /** m, [T, k]. */
    readonly mean: Float64Array,
    /** q = λφᵀA⁻¹φ, [T]. */
    readonly variance: Float64Array,
    /** n = Σ_E w c² = λ²φᵀGφ, [T]. */
    readonly reduction: Float64Array,
  ) {}

  /** All 0: `refresh` or `estimate` comes next. */
  static of(
    table: FeatureTable,
    items: Int32Array,
    prior: Float32Array | Float64Array,
    numClasses: number,
  ): FeatureItems {
    return new FeatureItems(
      table,
      items,
      prior,
      numClasses,
      sharedZeros(items.length * numClasses),
      new Float64Array(items.length),
      new Float64Array(items.length),
    );
  }

  /** φ of the items; found when a pass asks for them, because states that are only read need none. */
  get rows(): FeatureRows {
    this.kept ??= FeatureRows.of(this.table, this.items);
    return this.kept;
  }

  /** φ of the item in row t, [d], a view. */
  features(t: number): Float32Array {
    return this.table.row(this.items[t]!);
  }

  /**
   * The steps one after the other, in one pass over the features. `watch` is called for every row after every step, with
   * the row and the number of steps that it knows by then.
   */
  apply(
    steps: readonly Step[],
    { ridge, precision }: { readonly ridge: number; readonly precision: ProductPrecision },
    watch?: (row: number, numSteps: number) => void,
  ): void {
    const { mean, variance, reduction, rows } = this;
    const splits = precision === 'float32' ? Math.max(1, Math.floor(mostSplits / steps.length)) : 1;
    const width = 2 * steps.length * splits;
    const d = rows.dimension;
    const directions = new Float64Array(d * width);
    steps.forEach(({ direction: { b, g } }, s) => {
      for (let i = 0; i < d; i++) {
        const at = i * width + 2 * (s * splits + Math.floor((i * splits) / d));
        directions[at] = b[i]!;
        directions[at + 1] = g[i]!;
      }
    });
    const scaled = steps.map(({ direction: { kappa }, beta, move }) => ({
      move,
      // q ← q − byQ t², n ← n + t (byN t − byCross s) with t = φᵀb and s = φᵀg.
      byQ: ridge * beta,
      byN: ridge * ridge * beta * beta * kappa,
      byCross: 2 * ridge * ridge * beta,
    }));
    rows.eachProduct(directions, width, precision, (part) => {
      for (let s = 0; s < scaled.length; s++) {
        const at = { offset: 2 * s * splits, width, splits };
        const { move } = scaled[s]!;
        takeInSquares(part, at, scaled[s]!, variance, reduction);
        if (move) moveMeans(part, at, move, mean);
        if (watch)
          for (let i = 0; i < part.count; i++) {
            const row = rowAt(part, i);
            if (row >= 0) watch(row, s + 1);
          }
      }
    });
  }

  /**
   * m, q and n of `count` rows (at most all) anew from A⁻¹, G and W: from row `from` on, and after the last one from the
   * first on. 4d² flops a row, and copies of 2d² numbers.
   */
  refresh(core: FeatureCore, from: number, count: number): void {
    const { length } = this.items;
    this.forms ??= new QuadraticForms(this.rows.dimension);
    this.forms.set(core.inverse, core.gain);
    this.refreshRange(core, this.forms, from, Math.min(length, from + count));
    if (from + count > length) this.refreshRange(core, this.forms, 0, from + count - length);
  }

  private refreshRange(
    { weights, ridge }: FeatureCore,
    forms: QuadraticForms,
    from: number,
    to: number,
  ): void {
    const { items, rows, mean, variance, reduction, prior, numClasses: k } = this;
    const d = rows.dimension;
    for (const { first, count, values } of rows.exactParts(from, to)) {
      const both = forms.of(values, count);
      const shifts = this.shifts.take(count * k);
      gemm({ m: count, n: k, k: d, a: values, b: weights, c: shifts });
      for (let i = 0; i < count; i++) {
        const row = first + i;
        const q = ridge * both[2 * i]!;
        const n = ridge * ridge * both[2 * i + 1]!;
        if (!Number.isFinite(q + n)) throw notFinite(items[row]!, values.subarray(i * d, (i + 1) * d));
        variance[row] = Math.max(0, q);
        reduction[row] = Math.max(0, n);
        for (let j = 0; j < k; j++) mean[row * k + j] = prior[items[row]! * k + j]! + shifts[i * k + j]!;
      }
    }
  }

  /** m, q and n of all rows by float32 products: within about 1e-6 of the largest, and several times as fast. */
  estimate(core: FeatureCore): void {
    const { items, rows, mean, variance, reduction, prior, numClasses: k } = this;
    const { ridge } = core;
    const forms = new EngineForms(core, rows.dimension);
    try {
      rows.eachTensorPart(rows.dimension + k, (features, { count, first, rowOf }) => {
        const { q, n, shifts } = forms.of(features, count);
        for (let i = 0; i < count; i++) {
          const row = rowOf ? rowOf[first + i]! : first + i;
          if (row < 0) continue;
          if (!Number.isFinite(q[i]! + n[i]!)) throw notFinite(items[row]!, rows.features(row));
          variance[row] = Math.max(0, ridge * q[i]!);
          reduction[row] = Math.max(0, ridge * ridge * n[i]!);
          for (let j = 0; j < k; j++) mean[row * k + j] = prior[items[row]! * k + j]! + shifts[i * k + j]!;
        }
      });
    } finally {
      forms.dispose();
    }
  }

  copy(): FeatureItems {
    const { table, items, prior, numClasses, mean, variance, reduction } = this;
    const copy = new FeatureItems(
      table,
      items,
      prior,
      numClasses,
      mean.slice(),
      variance.slice(),
      reduction.slice(),
    );
    copy.kept = this.kept;
    return copy;
  }

  /** Those at some positions, with numbers of their own. */
  restrict(positions: Int32Array): FeatureItems {
    const { table, items, prior, numClasses, mean, variance, reduction } = this;
    return new FeatureItems(
      table,
      positions.map((t) => items[t]!),
      prior,
      numClasses,
      takeRows(mean, numClasses, positions),
      takeRows(variance, 1, positions),
      takeRows(reduction, 1, positions),
    );
  }
}
