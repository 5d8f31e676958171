import { type Cholesky, cholesky, choleskySolve, gemm, solveLower } from '@tangent/compute';
import type { BlockGram } from '../block-gram.js';
import {
  blockOfColumns,
  conditionalBlocksInPlace,
  outputsOf,
  takeBlocks,
  traceAt,
} from './block-matrices.js';
import { requireFiniteRows, requirePrior, requireTarget, ridgeOf } from './checks.js';
import { KnownLabels, labeledItems, labelResiduals } from './known-labels.js';
import type { LookAhead, Observation, Posterior } from './posterior.js';
import { areManyUpdates, Side } from './posterior-side.js';
import { symmetriseInPlace } from './symmetric.js';

// L labeled, T tracked, E evaluation, k classes. Matrices have a row for every output of every item, item by item.
// Q: an item's posterior block, [k, k]. Row-major float64.

export interface BlockPosteriorOptions {
  readonly gram: BlockGram;
  /** f_L(x) of every item of the Gram, [numItems, k]. */
  readonly prior: Float32Array | Float64Array;
  readonly numClasses: number;
  readonly observations: readonly Observation[];
  /** Items whose change is watched (E), by index in the Gram. */
  readonly evaluation: Int32Array;
  /** Weight of each evaluation item, [E]; 1 each when absent. */
  readonly relevance?: Float64Array;
  /** λ relative to the mean of tr K(x, x)/k over the labeled items; default 1e-2. */
  readonly ridgeRelative?: number;
  /** λ, absolute, whatever the labels; `ridgeRelative` is then only reported. For a state built anew with the λ it had. */
  readonly ridge?: number;
  /** Items to track; all of the Gram when absent. */
  readonly tracked?: Int32Array;
}

/**
 * The posterior of the full eNTK: a kN×kN system, whose labels are k×k blocks (MATH §4; Mohamadi et al., NeurIPS 2022,
 * eq. 12, with the inverse). The exact reference for pNTK posteriors, and for small problems:
 * building costs (kL)³/3 + k³LTE flops, an update k³T(E + L), memory 8k²T(E + L) bytes.
 */
export class BlockPosterior implements Posterior {
  readonly numClasses: number;
  readonly ridge: number;
  readonly ridgeRelative: number;
  readonly jitter: number;
  /** tr Q / k of every tracked item, [T]. */
  readonly variance: Float64Array;
  numUpdates = 0;
  private readonly relevance: Float64Array;

  private constructor(
    private readonly options: BlockPosteriorOptions,
    readonly tracked: Int32Array,
    private readonly labels: KnownLabels,
    private readonly trackedSide: Side,
    private readonly evaluationSide: Side,
    /** C(T, E), [T·k, E·k]. */
    private readonly covariance: Float64Array,
    /** Q(T), [T, k, k]. */
    private readonly blocks: Float64Array,
    /** The diagonal of Q(E), [E·k]. */
    private readonly evaluationVariance: Float64Array,
    /** Λ with ΛΛᵀ = K_LL + λI, and the place of each item that was labeled when it was computed. */
    private readonly factor: Cholesky,
    private readonly placeOf: ReadonlyMap<number, number>,
    scale: { readonly ridge: number; readonly ridgeRelative: number; readonly jitter: number },
  ) {
    this.numClasses = options.numClasses;
    this.relevance = options.relevance ?? new Float64Array(options.evaluation.length).fill(1);
    this.ridge = scale.ridge;
    this.ridgeRelative = scale.ridgeRelative;
    this.jitter = scale.jitter;
    this.variance = new Float64Array(tracked.length);
    this.noteVariances();
  }

  /** Throws RangeError for numbers that are not finite, and NotPositiveDefiniteError. */
  static build(options: BlockPosteriorOptions): BlockPosterior {
    const { gram, prior, numClasses: k, observations, evaluation } = options;
    if (gram.numOutputs !== k)
      throw new RangeError(`blocks of ${gram.numOutputs} outputs for a posterior of ${k} classes`);
    requirePrior(prior, k);
    for (const { item, target } of observations) requireTarget(item, target, k);
    const labels = KnownLabels.of(observations);
    const labeled = labeledItems(labels.byItem);
    const n = labeled.length * k;
    const kernel = Float64Array.from(gram.block(labeled, labeled));
    symmetriseInPlace(kernel, n);
    const ridgeRelative = options.ridgeRelative ?? 1e-2;
    const ridge = ridgeOf(
      { ...options, ridgeRelative },
      Float64Array.from({ length: n }, (_, i) => kernel[i * n + i]!),
    );
    const regularised = kernel.slice();
    for (let i = 0; i < n; i++) regularised[i * n + i]! += ridge;
    const factor = cholesky(regularised, n);
    const placeOf = new Map(Array.from(labeled, (item, l) => [item, l]));
    // The very numbers of K_LL for labeled items, as in kernel space: a downdate magnifies any difference.
    const kernelRows = (items: Int32Array) => {
      const rows = Float64Array.from(gram.block(labeled, items));
      items.forEach((item, i) => {
        const l = placeOf.get(item);
        if (l !== undefined)
          for (let r = 0; r < n; r++)
            for (let j = 0; j < k; j++) rows[(r * items.length + i) * k + j] = kernel[r * n + l * k + j]!;
      });
      return rows;
    };
    const whitened = solveLower(factor, labelResiduals(labeled, labels.byItem, prior, k), 1);
    const side = (items: Int32Array) => {
      const outputs = outputsOf(items, k);
      const v = solveLower(factor, kernelRows(items), outputs.length);
      return Side.build({ items: outputs, v, numLabeled: n, whitened, prior, numClasses: 1 });
    };
    const tracked = options.tracked ?? Int32Array.from({ length: gram.numItems }, (_, i) => i);
    const [trackedSide, evaluationSide] = [side(tracked), side(evaluation)];
    const covariance = Float64Array.from(gram.block(tracked, evaluation));
    const kernelLE = kernelRows(evaluation);
    const rowLength = evaluation.length * k * k;
    tracked.forEach((item, t) => {
      const l = placeOf.get(item);
      if (l !== undefined)
        covariance.set(kernelLE.subarray(l * rowLength, (l + 1) * rowLength), t * rowLength);
    });
    trackedSide.subtractProductsInPlace(evaluationSide, covariance);
    requireFiniteRows(covariance, tracked);
    const diagonal = new Float64Array(gram.numItems * k);
    for (let i = 0; i < diagonal.length; i++) diagonal[i] = gram.diagonalBlocks[i * k + (i % k)]!;
    const blocks = conditionalBlocksInPlace(takeBlocks(gram.diagonalBlocks, tracked, k), trackedSide, k);
    requireFiniteRows(blocks, tracked);
    return new BlockPosterior(
      options,
      tracked,
      labels,
      trackedSide,
      evaluationSide,
      covariance,
      blocks,
      evaluationSide.posteriorVariance(diagonal),
      factor,
      placeOf,
      // With the jitter: the factor is that of K_LL + (λ + jitter)I, and updates must go on from that very λ.
      { ridge: ridge + factor.jitter, ridgeRelative, jitter: factor.jitter },
    );
  }

  get evaluation(): Int32Array {
    return this.options.evaluation;
  }
  get numTracked(): number {
    return this.tracked.length;
  }
  get mean(): Float64Array {
    return this.trackedSide.mean;
  }
  get evaluationMean(): Float64Array {
    return this.evaluationSide.mean;
  }
  get observations(): ReadonlyMap<number, Float64Array> {
    return this.labels.byItem;
  }

  get needsRefactorising(): boolean {
    return areManyUpdates(this.numUpdates, this.observations.size);
  }

  /** Σ_E w tr Q / k. */
  totalVariance(): number {
    const k = this.numClasses;
    return this.evaluationVariance.reduce((sum, q, i) => sum + this.relevance[Math.floor(i / k)]! * q, 0) / k;
  }

  /** Σ_E w tr(C(Q + λI)⁻¹Cᵀ)/k of every tracked item, [T]. Cost k³TE. */
  varianceDrops(): Float64Array {
    const k = this.numClasses;
    const numE = this.evaluation.length * k;
    return Float64Array.from({ length: this.numTracked }, (_, t) => {
      // tr(C P Cᵀ) = ‖Λ⁻¹Cᵀ‖² with P⁻¹ = ΛΛᵀ.
      const half = solveLower(this.factorAt(t), this.rowsAt(t), numE);
      let sum = 0;
      for (let i = 0; i < half.length; i++)
        sum += this.relevance[Math.floor((i % numE) / k)]! * half[i]! * half[i]!;
      return sum / k;
    });
  }

  outputChanges(residuals: Float64Array, norm: 'l1' | 'l2'): Float64Array {
    const k = this.numClasses;
    return Float64Array.from({ length: this.numTracked }, (_, t) => {
      const change = this.lookAt(t).evaluationChange(residuals.slice(t * k, (t + 1) * k));
      let total = 0;
      for (let e = 0; e < this.evaluation.length; e++) {
        let square = 0;
        for (let j = e * k; j < (e + 1) * k; j++) square += change[j]! * change[j]!;
        total += this.relevance[e]! * (norm === 'l1' ? Math.sqrt(square) : square);
      }
      return total;
    });
  }

  lookAt(t: number): LookAhead {
    const k = this.numClasses;
    const factor = this.factorAt(t);
    // C P r, from the rows C(x′, ·) of the k outputs of x′.
    const change = (rows: Float64Array, residual: Float64Array) => {
      const length = rows.length / k;
      const product = new Float64Array(length);
      const weights = choleskySolve(factor, residual, 1);
      gemm({ m: 1, n: length, k, a: weights, b: rows, c: product });
      return product;
    };
    let columns: Float64Array | undefined;
    return {
      trackedChange: (residual) => {
        columns ??= this.columnsAt(t);
        return change(columns, residual);
      },
      evaluationChange: (residual) => change(this.rowsAt(t), residual),
    };
  }

  observe(t: number, target: Float64Array): void {
    this.labels.add(this.tracked[t]!, target, () => {
      this.update(t, 1, this.residualAt(t, target));
    });
  }

  forget(t: number): void {
    this.labels.remove(this.tracked[t]!, (target) => {
      this.update(t, -1, this.residualAt(t, target));
    });
  }

  assume(t: number, target?: Float64Array): void {
    this.update(t, 1, target ? this.residualAt(t, target) : null);
  }

  private residualAt(t: number, target: Float64Array): Float64Array {
    const k = this.numClasses;
    requireTarget(this.tracked[t]!, target, k);
    return target.map((y, j) => y - this.mean[t * k + j]!);
  }

  /** Λ with ΛΛᵀ = Q + λI of a tracked item. */
  private factorAt(t: number): Cholesky {
    const k = this.numClasses;
    const block = this.blocks.subarray(t * k * k, (t + 1) * k * k);
    return cholesky(this.shiftedBlock(block, 1), k, { maxJitterRelative: 0 });
  }

  /** λI + sign·Q. */
  private shiftedBlock(block: Float64Array, sign: 1 | -1): Float64Array {
    const k = this.numClasses;
    const shifted = block.map((q, i) => sign * q + (i % (k + 1) === 0 ? this.ridge : 0));
    symmetriseInPlace(shifted, k);
    return shifted;
  }

  /** C(x, E) of a tracked item, [k, E·k]. */
  private rowsAt(t: number): Float64Array {
    const length = this.evaluation.length * this.numClasses * this.numClasses;
    return this.covariance.slice(t * length, (t + 1) * length);
  }

  /** C(x, T) of a tracked item, [k, T·k]. */
  private columnsAt(t: number): Float64Array {
    const k = this.numClasses;
    const item = this.tracked[t]!;
    const place = this.placeOf.get(item);
    const length = this.numTracked * k;
    const kernel = place === undefined ? this.options.gram.block(this.tracked, [item]) : null;
    const columns = new Float64Array(k * length);
    for (let j = 0; j < k; j++) {
      const { v, updates } = this.trackedSide.point(t * k + j);
      const column = Float64Array.from({ length }, (_, i) => (kernel ? kernel[i * k + j]! : 0));
      const weights = new Float64Array(this.factor.n);
      if (place !== undefined) weights[place * k + j] = -this.ridge;
      const whitened = kernel ? v : solveLower(this.factor, weights, 1);
      columns.set(this.trackedSide.covarianceWith(column, { v: whitened, updates }), j * length);
    }
    return columns;
  }

  /** sign 1 adds a label, −1 removes one: C ∓= UUᵀ with U = CΛ⁻ᵀ and ΛΛᵀ = λI ± Q, column by column of U. */
  private update(t: number, sign: 1 | -1, residual: Float64Array | null): void {
    const k = this.numClasses;
    const columns = this.columnsAt(t);
    const length = this.numTracked * k;
    const own = blockOfColumns(columns, length, t, k);
    const factor = cholesky(this.shiftedBlock(own, sign), k, { maxJitterRelative: 0 });
    const numE = this.evaluation.length * k;
    const u = solveLower(factor, columns, length);
    const uE = solveLower(factor, this.rowsAt(t), numE);
    const z = residual && solveLower(factor, residual, 1);
    gemm({
      m: length,
      n: numE,
      k,
      a: u,
      b: uE,
      c: this.covariance,
      transposeA: true,
      alpha: sign === 1 ? -1 : 1,
      beta: 1,
    });
    for (let j = 0; j < k; j++) {
      const column = u.slice(j * length, (j + 1) * length);
      for (let i = 0; i < this.numTracked; i++)
        for (let a = 0; a < k; a++)
          for (let b = 0; b < k; b++)
            this.blocks[(i * k + a) * k + b]! -= sign * column[i * k + a]! * column[i * k + b]!;
      const evaluationColumn = uE.subarray(j * numE, (j + 1) * numE);
      evaluationColumn.forEach((value, i) => {
        this.evaluationVariance[i] = Math.max(0, this.evaluationVariance[i]! - sign * value * value);
      });
      const step = z && Float64Array.of(z[j]!);
      this.trackedSide.push(column, sign, 1, step);
      if (step) this.evaluationSide.shiftMean(evaluationColumn, sign, step);
    }
    this.noteVariances();
    this.numUpdates++;
  }

  private noteVariances(): void {
    const k = this.numClasses;
    for (let t = 0; t < this.numTracked; t++) {
      let trace = 0;
      for (let j = 0; j < k; j++) trace += this.blocks[(t * k + j) * k + j]!;
      this.variance[t] = Math.max(0, trace / k);
    }
  }

  /** Nothing: every update is exact at once. */
  settle(): void {}

  release(): void {}

  restrict(positions: Int32Array): BlockPosterior {
    const k = this.numClasses;
    const length = this.evaluation.length * k * k;
    const covariance = new Float64Array(positions.length * length);
    positions.forEach((t, r) => {
      covariance.set(this.covariance.subarray(t * length, (t + 1) * length), r * length);
    });
    const copy = new BlockPosterior(
      this.options,
      Int32Array.from(positions, (t) => this.tracked[t]!),
      this.labels.copy(),
      this.trackedSide.restrict(outputsOf(positions, k)),
      this.evaluationSide.restrict(Int32Array.from({ length: this.evaluation.length * k }, (_, i) => i)),
      covariance,
      takeBlocks(this.blocks, positions, k),
      this.evaluationVariance.slice(),
      this.factor,
      this.placeOf,
      this,
    );
    copy.numUpdates = this.numUpdates;
    return copy;
  }

  refactorised(observations: readonly Observation[] = this.labels.observations()): BlockPosterior {
    return BlockPosterior.build({ ...this.options, ridge: this.ridge, tracked: this.tracked, observations });
  }

  /** By the trace of the blocks: the cosine of the trace-NTK. */
  nearestLabeled(t: number, count: number): { readonly item: number; readonly similarity: number }[] {
    const { gram } = this.options;
    const k = this.numClasses;
    const item = this.tracked[t]!;
    const own = (i: number) => traceAt(gram.diagonalBlocks, i * k * k, k);
    return this.labels.nearest(item, count, (labeled) => {
      const column = gram.block(labeled, [item]);
      return Float64Array.from(
        labeled,
        (other, l) => traceAt(column, l * k * k, k) / (Math.sqrt(own(other) * own(item)) || 1),
      );
    });
  }
}
