// How well scores find the wrong labels of n items: isWrong [n], scores [n], higher is more suspect.

export interface Detection {
  readonly numFlagged: number;
  /** Share of the flagged that are wrong; 1 when nothing is flagged. */
  readonly precision: number;
  /** Share of the wrong that are flagged. */
  readonly recall: number;
}

/** Items by falling score; equals by index. */
export function rankingOf(scores: ArrayLike<number>): Int32Array {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i);
  for (const i of order)
    if (Number.isNaN(scores[i]!)) throw new RangeError(`rankingOf: the score of item ${i} is NaN`);
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** Precision and recall of flagging the `numFlagged` highest scores. */
export function detectionAt(
  scores: ArrayLike<number>,
  isWrong: readonly boolean[],
  numFlagged: number,
): Detection {
  const flagged = rankingOf(scores).subarray(0, numFlagged);
  const found = flagged.filter((i) => isWrong[i]).length;
  const numWrong = isWrong.filter(Boolean).length;
  return {
    numFlagged: flagged.length,
    precision: flagged.length === 0 ? 1 : found / flagged.length,
    recall: numWrong === 0 ? 1 : found / numWrong,
  };
}

/**
 * Area under the curve of precision over recall, as average precision: the mean over the wrong items of the precision at
 * their rank, without interpolation, which would be too kind (Davis & Goadrich 2006). Throws RangeError for none wrong.
 */
export function averagePrecision(scores: ArrayLike<number>, isWrong: readonly boolean[]): number {
  let [found, sum] = [0, 0];
  rankingOf(scores).forEach((i, rank) => {
    if (isWrong[i]) sum += ++found / (rank + 1);
  });
  if (found === 0) throw new RangeError('averagePrecision: no label is wrong');
  return sum / found;
}

/**
 * Precision of flagging from the highest score down until each share of the wrong items is found. Throws RangeError for none
 * wrong, and for shares outside (0, 1].
 */
export function precisionsAt(
  scores: ArrayLike<number>,
  isWrong: readonly boolean[],
  recalls: readonly number[],
): number[] {
  const precisions: number[] = [];
  let found = 0;
  rankingOf(scores).forEach((i, rank) => {
    if (isWrong[i]) precisions.push(++found / (rank + 1));
  });
  return recalls.map((recall) => {
    // Of a share that falls between two items, the later one; a share like 3/20 of 20 is not quite 3.
    const precision = precisions[Math.ceil(recall * found - 1e-9) - 1];
    if (precision === undefined)
      throw new RangeError(`a share ${recall} of ${found} wrong items is not found`);
    return precision;
  });
}
