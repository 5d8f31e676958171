import { argmaxRow } from '../probabilities.js';

// k classes; beliefs [n, k]: what something other than the label itself thinks of every labeled item.

/** A labeled item whose label is in doubt. */
export interface Suspect {
  readonly id: string;
  /** Its row in the arrays that were given. */
  readonly index: number;
  /** The class that it has. */
  readonly label: number;
  /** The class that it seems to belong to. */
  readonly other: number;
  /** Belief in the other class minus belief in the label, > 0; the larger, the more suspect. */
  readonly score: number;
}

/**
 * How suspect every label is, [n]: the largest belief in another class minus the belief in the label. Positive exactly
 * where another class is believed more; it also ranks what is not flagged. Throws RangeError for beliefs that are not finite and
 * classes that do not exist, naming the row.
 */
export function suspicionScores(
  beliefs: ArrayLike<number>,
  classes: ArrayLike<number>,
  numClasses: number,
): Float64Array {
  if (beliefs.length !== classes.length * numClasses)
    throw new RangeError(
      `suspicionScores: ${beliefs.length} beliefs for ${classes.length} labels of ${numClasses} classes`,
    );
  return Float64Array.from({ length: classes.length }, (_, i) => {
    const label = classes[i]!;
    if (!(Number.isInteger(label) && label >= 0 && label < numClasses))
      throw new RangeError(
        `suspicionScores: the class of row ${i} is ${label}, not one of 0 … ${numClasses - 1}`,
      );
    let other = -Infinity;
    for (let j = 0; j < numClasses; j++) {
      const belief = beliefs[i * numClasses + j]!;
      if (!Number.isFinite(belief))
        throw new RangeError(`suspicionScores: belief ${j} of row ${i} is ${belief}`);
      if (j !== label) other = Math.max(other, belief);
    }
    return other - beliefs[i * numClasses + label]!;
  });
}

/**
 * The items whose belief settles on another class than the label, most suspect first; equals by id. Beliefs are the
 * filtered paths of `FilterPaths`, or exact leave-one-out means of kernel regression on the labels, which need no SGD:
 * there the item is judged by all the others. ids and classes: [n]. Cost nk.
 */
export function findSuspects(
  beliefs: ArrayLike<number>,
  classes: ArrayLike<number>,
  ids: readonly string[],
  numClasses: number,
): Suspect[] {
  if (ids.length !== classes.length)
    throw new RangeError(`findSuspects: ${ids.length} ids for ${classes.length} labels`);
  const scores = suspicionScores(beliefs, classes, numClasses);
  return ids
    .map((id, index) => ({
      id,
      index,
      label: classes[index]!,
      other: argmaxRow(beliefs, index, numClasses),
      score: scores[index]!,
    }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));
}
