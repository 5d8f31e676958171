// Orders that do not depend on the order in which candidates are given: ties break by id.

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Indices of the scores, largest first; ties by id. */
export function orderByScore(scores: Float64Array, ids: readonly string[]): Int32Array {
  return Int32Array.from({ length: scores.length }, (_, i) => i).sort(
    (a, b) => scores[b]! - scores[a]! || compare(ids[a]!, ids[b]!),
  );
}

/** Indices of the ids, ascending by id: the order in which sums and draws are made. */
export function orderById(ids: readonly string[]): Int32Array {
  return Int32Array.from({ length: ids.length }, (_, i) => i).sort((a, b) => compare(ids[a]!, ids[b]!));
}

/** Index of the largest score among those that are not taken, ties by id; −1 when all are. */
export function bestUntaken(scores: Float64Array, ids: readonly string[], isTaken: Uint8Array): number {
  let best = -1;
  for (let i = 0; i < isTaken.length; i++) {
    if (isTaken[i]) continue;
    if (best < 0 || scores[i]! > scores[best]! || (scores[i] === scores[best] && ids[i]! < ids[best]!))
      best = i;
  }
  return best;
}
