/** Throws RangeError unless a target has `numClasses` finite numbers. */
export function requireTarget(item: number, target: ArrayLike<number>, numClasses: number): void {
  if (target.length !== numClasses)
    throw new RangeError(`a target of ${target.length} numbers for ${numClasses} classes`);
  for (let j = 0; j < target.length; j++)
    if (!Number.isFinite(target[j]!))
      throw new RangeError(`the target of item ${item} holds ${target[j]} for class ${j}; it must be finite`);
}

/** Throws RangeError unless f_L is finite for all items; [numItems, k]. */
export function requirePrior(prior: ArrayLike<number>, numClasses: number): void {
  for (let i = 0; i < prior.length; i++)
    if (!Number.isFinite(prior[i]!))
      throw new RangeError(
        `the network’s output for item ${Math.floor(i / numClasses)} is ${prior[i]}; it must be finite`,
      );
}

/** How a posterior is told its λ. */
export interface RidgeOptions {
  /** λ relative to the mean kernel diagonal of the labeled items. */
  readonly ridgeRelative: number;
  /** λ, absolute; counts instead where it is given. */
  readonly ridge?: number;
}

/**
 * λ, absolute: `ridge`, else `ridgeRelative` × the mean kernel diagonal of the labeled items. Throws RangeError if that
 * is no ridge.
 */
export function ridgeOf({ ridgeRelative, ridge: given }: RidgeOptions, diagonal: ArrayLike<number>): number {
  if (given !== undefined) {
    if (!(given > 0) || !Number.isFinite(given))
      throw new RangeError(`the ridge is ${given}; an absolute ridge must be positive and finite`);
    return given;
  }
  let sum = 0;
  for (let i = 0; i < diagonal.length; i++) sum += diagonal[i]!;
  const ridge = (ridgeRelative * sum) / diagonal.length;
  if (!(ridge > 0) || !Number.isFinite(ridge))
    throw new RangeError(`the ridge is ${ridge}: the kernel vanishes on the labeled items, or holds NaN`);
  return ridge;
}

/** Throws RangeError unless all numbers computed from the kernel are finite; values: [items, …], equally many each. */
export function requireFiniteRows(values: Float64Array, items: ArrayLike<number>): void {
  const at = values.findIndex((value) => !Number.isFinite(value));
  if (at >= 0)
    throw new RangeError(
      `the kernel of item ${items[Math.floor(at / (values.length / items.length))]} with another item is not finite; ` +
        'look for NaN in its features, or in those of the evaluation items',
    );
}
