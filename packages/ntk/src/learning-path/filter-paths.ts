import { softmaxRows } from '@tangent/compute';
import { findSuspects, type Suspect, suspicionScores } from './suspects.js';

// q_i: filtered path of labeled item i, [k]; α: weight of the newest output; τ: temperature.

export interface FilterPathsOptions {
  readonly numItems: number;
  readonly numClasses: number;
  /** α, in (0, 1]; default 0.05, so a path remembers some 20 visits. */
  readonly newestWeight?: number;
  /** τ > 0; default 1. */
  readonly temperature?: number;
}

/** The state of FilterPaths as plain JSON. */
export interface FilterPathsState {
  readonly numItems: number;
  readonly numClasses: number;
  readonly newestWeight: number;
  readonly temperature: number;
  /** How often each item was visited, [numItems]. */
  readonly numVisits: readonly number[];
  /** q, [numItems, k]; zeros where an item was never visited. */
  readonly paths: readonly number[];
}

/**
 * Filter-KD: what a network thought of each labeled item along its training, averaged: per visit
 * q_i ← (1 − α) q_i + α softmax(f(x_i)/τ), and the first visit initialises. A wrong label is fitted late, after its
 * neighbours have pulled the item to its own class for a while, so an averaged path that settles on another class than
 * the label (its largest entry is another one) marks a suspect. Cost bk a visit of b items; memory 8nk bytes.
 * Source: MATH §6; Ren, Guo & Sutherland 2022, algorithm 1.
 */
export class FilterPaths {
  readonly numItems: number;
  readonly numClasses: number;
  readonly newestWeight: number;
  readonly temperature: number;
  private readonly visits: Int32Array;
  private readonly q: Float64Array;

  constructor({ numItems, numClasses, newestWeight = 0.05, temperature = 1 }: FilterPathsOptions) {
    if (!(newestWeight > 0 && newestWeight <= 1))
      throw new RangeError(`FilterPaths: the weight ${newestWeight} of the newest output is not in (0, 1]`);
    if (!(temperature > 0))
      throw new RangeError(`FilterPaths: the temperature ${temperature} must be positive`);
    this.numItems = numItems;
    this.numClasses = numClasses;
    this.newestWeight = newestWeight;
    this.temperature = temperature;
    this.visits = new Int32Array(numItems);
    this.q = new Float64Array(numItems * numClasses);
  }

  /** Sees the outputs f, [b, k], of the items at `rows`, before the step that trains on them. */
  visit(rows: ArrayLike<number>, outputs: ArrayLike<number>): void {
    const k = this.numClasses;
    if (outputs.length !== rows.length * k)
      throw new RangeError(`FilterPaths: ${outputs.length} outputs of ${k} classes for ${rows.length} items`);
    for (let b = 0; b < rows.length; b++)
      if (!(rows[b]! >= 0 && rows[b]! < this.numItems))
        throw new RangeError(`FilterPaths: item ${rows[b]} is not one of 0 … ${this.numItems - 1}`);
    const newest = softmaxRows(outputs, k, this.temperature);
    for (let b = 0; b < rows.length; b++) {
      const i = rows[b]!;
      const weight = this.visits[i] === 0 ? 1 : this.newestWeight;
      for (let j = 0; j < k; j++) {
        const at = i * k + j;
        this.q[at] = (1 - weight) * this.q[at]! + weight * newest[b * k + j]!;
      }
      this.visits[i]!++;
    }
  }

  numVisitsOf(item: number): number {
    return this.visits[item]!;
  }

  /** q, [numItems, k], of which those never visited hold their label: nothing was said against it. A copy. */
  beliefs(classes: ArrayLike<number>): Float64Array {
    const k = this.numClasses;
    if (classes.length !== this.numItems)
      throw new RangeError(`FilterPaths: ${classes.length} labels for ${this.numItems} items`);
    const beliefs = this.q.slice();
    for (let i = 0; i < this.numItems; i++) if (this.visits[i] === 0) beliefs[i * k + classes[i]!] = 1;
    return beliefs;
  }

  /** Items whose path settles on another class than the label, by margin; equals by id. ids and classes: [numItems]. */
  suspects(classes: ArrayLike<number>, ids: readonly string[]): Suspect[] {
    return findSuspects(this.beliefs(classes), classes, ids, this.numClasses);
  }

  /** How suspect every label is, [numItems], in [−1, 1]; −1 where an item was never visited. */
  suspicionScores(classes: ArrayLike<number>): Float64Array {
    return suspicionScores(this.beliefs(classes), classes, this.numClasses);
  }

  /** Targets for training anew, [numItems, k]: (1 − share) e_y + share · q; share default 1. Rows sum to 1. */
  distilledTargets(classes: ArrayLike<number>, share = 1): Float64Array {
    if (!(share >= 0 && share <= 1)) throw new RangeError(`FilterPaths: share ${share} is not in [0, 1]`);
    const k = this.numClasses;
    return this.beliefs(classes).map(
      (q, at) => share * q + (1 - share) * Number(at % k === classes[Math.floor(at / k)]),
    );
  }

  toJSON(): FilterPathsState {
    const { numItems, numClasses, newestWeight, temperature } = this;
    return {
      numItems,
      numClasses,
      newestWeight,
      temperature,
      numVisits: Array.from(this.visits),
      paths: Array.from(this.q),
    };
  }

  /** The paths of `toJSON`, bit for bit. Throws RangeError for arrays that do not fit. */
  static fromJSON(state: FilterPathsState): FilterPaths {
    const paths = new FilterPaths(state);
    if (state.numVisits.length !== paths.visits.length || state.paths.length !== paths.q.length)
      throw new RangeError(
        `FilterPaths: ${state.numVisits.length} visits and ${state.paths.length} numbers do not make ` +
          `${state.numItems} paths of ${state.numClasses} classes`,
      );
    paths.visits.set(state.numVisits);
    paths.q.set(state.paths);
    return paths;
  }
}
