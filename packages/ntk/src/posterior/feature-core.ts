import { cholesky, matmul64 } from '@tangent/compute';
import { requireTarget, ridgeOf } from './checks.js';
import type { FeaturePosteriorOptions } from './feature-options.js';
import { FeatureRows, type FeatureTable } from './feature-table.js';
import { labeledItems, labelResiduals } from './known-labels.js';
import { PreparedDirections } from './prepared-directions.js';
import {
  addSquareInPlace,
  addSymmetricProductInPlace,
  inner,
  inverseOf,
  symmetriseInPlace,
  timesVector,
} from './symmetric.js';
import { WeightedGram } from './symmetric-panels.js';

// L labeled, E evaluation, d features, k classes. phi: [d]. A = Φ_LᵀΦ_L + λI, S = Σ_E w φφᵀ, G = A⁻¹SA⁻¹,
// W = A⁻¹Φ_Lᵀ(Y − f_L(X_L)): [d, k]. Row-major float64.

/** A label’s direction: what the rank-one update needs of its item. */
export interface Direction {
  /** b = A⁻¹φ*, [d]. */
  readonly b: Float64Array;
  /** g = Gφ* = A⁻¹Sb, [d]. */
  readonly g: Float64Array;
  /** φ*ᵀb = q/λ. */
  readonly h: number;
  /** κ = φ*ᵀGφ* = bᵀSb = n/λ². */
  readonly kappa: number;
  /** m − f_L = φ*ᵀW, [k]. */
  readonly shift: Float64Array;
}

/** A rank-one update that the matrices do not know yet. */
interface Deferred {
  readonly phi: Float64Array;
  readonly direction: Direction;
  readonly beta: number;
  /** y − m(x*), [k]; null leaves W. */
  readonly residual: Float64Array | null;
}

interface Matrices {
  /** States that read them: one alone may write. */
  numReaders: number;
  readonly a: Float64Array;
  readonly inverse: Float64Array;
  readonly gain: Float64Array;
  readonly weights: Float64Array;
}

/** Updates that wait at most: a direction costs 10d flops more for each of them. */
const mostDeferred = 64;

/**
 * The d×d state of a posterior in feature space: all that it knows besides what it keeps for single items. Updates wait until
 * the matrices are asked for, or `takeIn`; until then directions go by the matrices and by what waits. So a copy that picks a
 * few items and is thrown away never writes a matrix, nor copies one.
 */
export class FeatureCore {
  private deferred: Deferred[] = [];
  /** By the matrices as they are. */
  private prepared: PreparedDirections;
  /** tr(A⁻¹S), by the matrices as they are, once it has been asked for. */
  private trace: number | null = null;

  private constructor(
    readonly dimension: number,
    readonly numClasses: number,
    /** λ; with the jitter, if there was any. */
    readonly ridge: number,
    readonly jitter: number,
    /** S, never written. */
    private readonly weighted: Float64Array,
    /** Null: released. */
    private held: Matrices | null,
    private worstResidual: number,
  ) {
    this.prepared = PreparedDirections.none(dimension);
  }

  private get matrices(): Matrices {
    if (!this.held) throw new Error('a state was asked for its matrices after it was released');
    return this.held;
  }
  get inverse(): Float64Array {
    this.takeIn();
    return this.matrices.inverse;
  }
  get gain(): Float64Array {
    this.takeIn();
    return this.matrices.gain;
  }
  get weights(): Float64Array {
    this.takeIn();
    return this.matrices.weights;
  }
  /** The largest ‖Ab − φ*‖∞/‖φ*‖∞ of any update that is taken in: how far A⁻¹ has come from the inverse of A. */
  get drift(): number {
    return this.worstResidual;
  }

  /** 2(L + E)d² + 5d³ flops in float64. Throws RangeError for targets or features that are not finite. */
  static build(
    options: Pick<
      FeaturePosteriorOptions,
      'prior' | 'numClasses' | 'relevance' | 'ridgeRelative' | 'ridge' | 'evaluation'
    > & { readonly labels: ReadonlyMap<number, Float64Array> },
    table: FeatureTable,
  ): FeatureCore {
    const { prior, numClasses: k, labels, relevance, evaluation } = options;
    const d = table.dimension;
    const labeled = labeledItems(labels);
    const L = labeled.length;
    const phi = table.rows(labeled);
    for (const item of labeled) requireTarget(item, labels.get(item)!, k);
    const residual = labelResiduals(labeled, labels, prior, k);
    const diagonal = Array.from(labeled, (item, l) => {
      const row = phi.subarray(l * d, (l + 1) * d);
      const square = inner(row, row);
      if (!Number.isFinite(square)) throw notFinite(item, row);
      return square;
    });
    const ridge = ridgeOf({ ...options, ridgeRelative: options.ridgeRelative ?? 1e-2 }, diagonal);
    const a = matmul64(phi, phi, { m: d, k: L, n: d, transposeA: true });
    for (let i = 0; i < d; i++) a[i * d + i]! += ridge;
    symmetriseInPlace(a, d);
    const factor = cholesky(a, d);
    for (let i = 0; i < d; i++) a[i * d + i]! += factor.jitter;
    const inverse = inverseOf(factor);
    const projected = matmul64(phi, residual, { m: d, k: L, n: k, transposeA: true });
    const isPool = evaluation === 'pool';
    const weighted = weightedSum(
      isPool ? FeatureRows.all(table) : FeatureRows.of(table, evaluation),
      (row) => (isPool ? row : evaluation[row]!),
      d,
      relevance,
    );
    const half = matmul64(inverse, weighted, { m: d, k: d, n: d });
    const gain = matmul64(half, inverse, { m: d, k: d, n: d });
    symmetriseInPlace(gain, d);
    const weights = matmul64(inverse, projected, { m: d, k: d, n: k });
    return new FeatureCore(
      d,
      k,
      ridge + factor.jitter,
      factor.jitter,
      weighted,
      { numReaders: 1, a, inverse, gain, weights },
      0,
    );
  }

  /** A state of its own; the matrices are shared until one of the two writes them, unless the other was released. */
  copy(): FeatureCore {
    const { dimension, numClasses, ridge, jitter, weighted, matrices, worstResidual } = this;
    matrices.numReaders += 1;
    const copy = new FeatureCore(dimension, numClasses, ridge, jitter, weighted, matrices, worstResidual);
    copy.deferred = this.deferred.slice();
    copy.prepared = this.prepared.branch();
    copy.trace = this.trace;
    return copy;
  }

  /** Others may write the matrices now; this state must not be asked for anything of them again. */
  release(): void {
    if (this.held) this.held.numReaders -= 1;
    this.held = null;
  }

  /** λ tr(A⁻¹S) = Σ_E w q. A label takes off λβ bᵀSb. */
  totalVariance(): number {
    this.trace ??= inner(this.matrices.inverse, this.weighted);
    return this.ridge * this.deferred.reduce(traceAfter, this.trace);
  }

  /**
   * For items whose directions will be asked for one after the other: one product each instead of many. Cost 4d² flops for each
   * that is not prepared yet, which lasts until updates are taken in.
   */
  prepare(items: ArrayLike<number>, featuresOf: (item: number) => Float32Array): void {
    this.prepared.add(items, featuresOf, this.matrices);
  }

  /** Cost 4d² + 2dk flops, without the first where the item is prepared, and 10d for every update that waits. */
  direction(features: ArrayLike<number>, item: number): Direction {
    const phi = new Float64Array(features);
    const k = this.numClasses;
    const { inverse, gain, weights } = this.matrices;
    const ready = this.prepared.of(item);
    const b = ready?.b.slice() ?? timesVector(inverse, phi);
    const g = ready?.g.slice() ?? timesVector(gain, phi);
    const shift = new Float64Array(k);
    for (let i = 0; i < phi.length; i++)
      for (let j = 0; j < k; j++) shift[j]! += phi[i]! * weights[i * k + j]!;
    for (const { direction, beta, residual } of this.deferred) {
      const byB = inner(direction.b, phi);
      const byG = inner(direction.g, phi);
      const ofB = beta * beta * direction.kappa * byB - beta * byG;
      for (let i = 0; i < b.length; i++) {
        b[i]! -= beta * byB * direction.b[i]!;
        g[i]! += ofB * direction.b[i]! - beta * byB * direction.g[i]!;
      }
      if (residual) for (let j = 0; j < k; j++) shift[j]! += beta * byB * residual[j]!;
    }
    return { b, g, h: inner(phi, b), kappa: inner(phi, g), shift };
  }

  /**
   * A ← A ± φ*φ*ᵀ and what follows for A⁻¹, G and W. β is 1/(1 + h) for a label that comes and −1/(1 − h) for one that
   * goes. residual: y − m(x*), [k]; null leaves W as it is. Cost: about 12d² flops when it is taken in.
   */
  update(
    features: ArrayLike<number>,
    direction: Direction,
    beta: number,
    residual: Float64Array | null,
  ): void {
    this.deferred.push({ phi: new Float64Array(features), direction, beta, residual });
    if (this.deferred.length >= mostDeferred) this.takeIn();
  }

  /** Writes the updates that wait into the matrices, in their order. */
  takeIn(): void {
    if (this.deferred.length === 0) return;
    const { matrices } = this;
    const isShared = matrices.numReaders > 1;
    if (isShared) {
      const { a, inverse, gain, weights } = matrices;
      matrices.numReaders -= 1;
      this.held = {
        numReaders: 1,
        a: a.slice(),
        inverse: inverse.slice(),
        gain: gain.slice(),
        weights: weights.slice(),
      };
    }
    for (const step of this.deferred) this.takeInOne(step);
    this.deferred = [];
    if (isShared) this.prepared = PreparedDirections.none(this.dimension);
    else this.prepared.clear();
  }

  private takeInOne(step: Deferred): void {
    const {
      phi,
      direction: { b, g, kappa },
      beta,
      residual,
    } = step;
    const { a, inverse, gain, weights } = this.matrices;
    const k = this.numClasses;
    this.noteDrift(phi, b);
    if (this.trace !== null) this.trace = traceAfter(this.trace, step);
    addSquareInPlace(a, Math.sign(beta), phi);
    // The root of β into b, so that not even rounding makes A⁻¹ unsymmetric.
    const root = Math.sqrt(Math.abs(beta));
    addSquareInPlace(
      inverse,
      -Math.sign(beta),
      b.map((value) => root * value),
    );
    // −β(gbᵀ + bgᵀ) + β²κ bbᵀ as one symmetric product of b with −2βg + β²κ b.
    const other = g.map((value, i) => -2 * beta * value + beta * beta * kappa * b[i]!);
    addSymmetricProductInPlace(gain, 1, b, other);
    if (residual)
      for (let i = 0; i < b.length; i++)
        for (let j = 0; j < k; j++) weights[i * k + j]! += beta * b[i]! * residual[j]!;
  }

  private noteDrift(phi: Float64Array, b: Float64Array): void {
    const back = timesVector(this.matrices.a, b);
    let [worst, largest] = [0, 0];
    for (let i = 0; i < phi.length; i++) {
      worst = Math.max(worst, Math.abs(back[i]! - phi[i]!));
      largest = Math.max(largest, Math.abs(phi[i]!));
    }
    if (largest > 0) this.worstResidual = Math.max(this.worstResidual, worst / largest);
  }
}

/** tr(A⁻¹S) after an update, from that before. */
const traceAfter = (trace: number, { beta, direction }: Deferred): number => trace - beta * direction.kappa;

/** The error for features that make numbers which are none. */
export function notFinite(item: number, features: ArrayLike<number>): RangeError {
  const at = Array.from(features).findIndex((value) => !Number.isFinite(value));
  return new RangeError(
    at < 0
      ? `the features of item ${item} are so large that their squares overflow; scale the kernel`
      : `feature ${at} of item ${item} is ${features[at]}; features must be finite`,
  );
}

/** Σ w φφᵀ of the rows, [d, d]. 2·rows·d² flops. Throws RangeError for features that are not finite. */
function weightedSum(
  rows: FeatureRows,
  itemOf: (row: number) => number,
  d: number,
  relevance: Float64Array | undefined,
): Float64Array {
  if (relevance && relevance.length !== rows.length)
    throw new RangeError(`${relevance.length} weights of relevance for ${rows.length} evaluation items`);
  const gram = new WeightedGram(d);
  for (const { first, count, values } of rows.exactParts()) {
    gram.add(values, count, relevance ? relevance.subarray(first, first + count) : null);
    if (Number.isFinite(gram.trace())) continue;
    for (let i = 0; i < count; i++) {
      const phi = values.subarray(i * d, (i + 1) * d);
      if (!Number.isFinite(inner(phi, phi))) throw notFinite(itemOf(first + i), phi);
    }
    throw new RangeError('the sum of the squared features overflows; scale the kernel, or the relevance');
  }
  return gram.sum();
}
