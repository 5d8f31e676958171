import { Scratch } from '@tangent/compute';

// Orders that do not depend on the order in which candidates are given: ties break by id.

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** Below so many scores a plain sort is faster. */
const worthDigits = 4096;

/**
 * Indices of the scores, which are numbers, largest first; ties by id. Many of them are first put in order by the upper
 * halves of their bits: a few milliseconds for a hundred thousand, where a plain sort takes forty.
 */
export function orderByScore(scores: Float64Array, ids: readonly string[]): Int32Array {
  const byScore = (a: number, b: number) => scores[b]! - scores[a]! || compare(ids[a]!, ids[b]!);
  if (scores.length < worthDigits) return indices(scores.length).sort(byScore);
  const halves = upperHalves(scores);
  const order = ascending(halves);
  for (let from = 0, to = 1; from < order.length; from = to, to = from + 1) {
    const half = halves[order[from]!];
    while (to < order.length && halves[order[to]!] === half) to++;
    if (to - from > 1) order.subarray(from, to).sort(byScore);
  }
  return order;
}

function indices(count: number): Int32Array {
  const all = new Int32Array(count);
  for (let i = 0; i < count; i++) all[i] = i;
  return all;
}

const halvesOf = new Scratch(Uint32Array);

/** Sign, exponent and the first 20 bits of every score as a number that is smaller for a larger score. */
function upperHalves(scores: Float64Array): Uint32Array {
  const halves = halvesOf.take(scores.length);
  const one = new Float64Array(1);
  const upper = new Uint32Array(one.buffer, 4, 1);
  for (let i = 0; i < halves.length; i++) {
    // −0 + 0 is 0.
    one[0] = scores[i]! + 0;
    const bits = upper[0]!;
    // Doubles are ordered as their bits are, negative ones the other way round.
    halves[i] = bits >>> 31 === 1 ? bits : bits ^ 0x7fff_ffff;
  }
  return halves;
}

const halfSorted = new Scratch(Int32Array);

/** Indices of the values, smallest first: a radix sort by their two digits of 16 bits. */
function ascending(values: Uint32Array): Int32Array {
  const order = indices(values.length);
  const between = halfSorted.take(values.length);
  const starts = new Int32Array(2 ** 16);
  for (const [shift, from, to] of [
    [0, order, between],
    [16, between, order],
  ] as const) {
    starts.fill(0);
    for (let i = 0; i < values.length; i++) starts[(values[i]! >>> shift) & 0xffff]!++;
    for (let digit = 0, start = 0; digit < starts.length; digit++) {
      const count = starts[digit]!;
      starts[digit] = start;
      start += count;
    }
    for (let i = 0; i < from.length; i++) {
      const index = from[i]!;
      to[starts[(values[index]! >>> shift) & 0xffff]!++] = index;
    }
  }
  return order;
}

/** Indices of the ids, ascending by id: the order in which sums and draws are made. */
export function orderById(ids: readonly string[]): Int32Array {
  return indices(ids.length).sort((a, b) => compare(ids[a]!, ids[b]!));
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
