import type { Observation } from './posterior.js';

/** The labels that a posterior knows, whichever form it has: who has one, and what may come and go. */
export class KnownLabels {
  private constructor(private readonly targets: Map<number, Float64Array>) {}

  /** Of two observations of an item the later counts. Throws RangeError for none at all. */
  static of(observations: readonly Observation[]): KnownLabels {
    if (observations.length === 0) throw new RangeError('a posterior needs at least one labeled item');
    return new KnownLabels(new Map(observations.map(({ item, target }) => [item, target])));
  }

  get byItem(): ReadonlyMap<number, Float64Array> {
    return this.targets;
  }

  observations(): Observation[] {
    return [...this.targets].map(([item, target]) => ({ item, target }));
  }

  /** Adds a label when `update` has gone through. Throws RangeError for an item that has one. */
  add(item: number, target: Float64Array, update: () => void): void {
    if (this.targets.has(item)) throw new RangeError(`item ${item} has a label already; forget it first`);
    update();
    this.targets.set(item, target);
  }

  /** Takes a label away when `update` has gone through. Throws RangeError for an item without one, and for the only one. */
  remove(item: number, update: (target: Float64Array) => void): void {
    const target = this.targets.get(item);
    if (!target) throw new RangeError(`item ${item} has no label to forget`);
    if (this.targets.size === 1)
      throw new RangeError(`item ${item} has the only label; a posterior needs one`);
    update(target);
    this.targets.delete(item);
  }

  copy(): KnownLabels {
    return new KnownLabels(new Map(this.targets));
  }

  /** The labeled items most like an item, itself left out, best first; ties go to the lower item. */
  nearest(
    item: number,
    count: number,
    similaritiesOf: (labeled: Int32Array) => ArrayLike<number>,
  ): { readonly item: number; readonly similarity: number }[] {
    const labeled = Int32Array.from([...this.targets.keys()].filter((other) => other !== item));
    const similarities = similaritiesOf(labeled);
    return Array.from(labeled, (other, l) => ({ item: other, similarity: similarities[l]! }))
      .sort((a, b) => b.similarity - a.similarity || a.item - b.item)
      .slice(0, count);
  }
}

/** Items with a label, ascending: the order of the rows of K_LL. */
export function labeledItems(labels: ReadonlyMap<number, Float64Array>): Int32Array {
  return Int32Array.from([...labels.keys()].sort((a, b) => a - b));
}

/** Y − f_L(X_L) of the labeled items, [L, k]. */
export function labelResiduals(
  labeled: Int32Array,
  labels: ReadonlyMap<number, Float64Array>,
  prior: ArrayLike<number>,
  numClasses: number,
): Float64Array {
  const residuals = new Float64Array(labeled.length * numClasses);
  labeled.forEach((item, l) => {
    const target = labels.get(item)!;
    for (let j = 0; j < numClasses; j++)
      residuals[l * numClasses + j] = target[j]! - prior[item * numClasses + j]!;
  });
  return residuals;
}
