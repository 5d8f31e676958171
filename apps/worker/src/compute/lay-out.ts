import { createRandom } from '@tangent/compute';
import type { Gram } from '@tangent/ntk';
import { topPositions } from '@tangent/ntk';
import umap from 'umap-js';

// n items, k neighbours. K: kernel; cos: K(x, x′)/√(K(x, x) K(x′, x′)); the distance of two items is √(2 − 2 cos).

/** Neighbours that UMAP draws together, the item itself among them, and that a point's place is the mean of. */
const numNeighbors = { laidOut: 15, placed: 5 };
/** Passes over the neighbours; the library’s own number, 500, takes two and a half times as long. */
const numPasses = 200;
/** Fewer items have no neighbourhoods that could be kept. */
const fewestLaidOut = 4;
/** What float32 entries of a kernel do not tell from 0, of a squared distance. */
const resolution = 1e-5;
/** Rows of the kernel that are computed at once. */
const rowsAtOnce = 256;

/**
 * Places of all items of a kernel in the plane, [n, 2]: neighbours by the kernel become neighbours (UMAP, McInnes, Healy &
 * Melville 2018, by umap-js, on exact neighbours). The same kernel in the same order and the same seed give the same places;
 * directions, and distances between groups, mean nothing. Fewer than four items lie on a line. Cost n² kernel entries
 * and 200 passes over the n · k neighbours.
 */
export function layOut(gram: Gram, { seed }: { readonly seed: number }): Float64Array {
  const n = gram.numItems;
  if (n < fewestLaidOut) return Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? i / 2 : 0));
  const all = Int32Array.from({ length: n }, (_, i) => i);
  const k = Math.min(numNeighbors.laidOut, n - 1);
  const indices: number[][] = [];
  const distances: number[][] = [];
  nearest(gram, { items: all, landmarks: all, count: k, selfFirst: true }, (positions, squared) => {
    indices.push(Array.from(positions));
    distances.push(Array.from(squared, Math.sqrt));
  });
  const random = createRandom(seed).fork('map');
  const projection = new umap.UMAP({ nNeighbors: k, nEpochs: numPasses, random: () => random.uniform() });
  projection.setPrecomputedKNN(indices, distances);
  // It reads nothing of the vectors but their number.
  return Float64Array.from(projection.fit(Array.from({ length: n }, () => [])).flat());
}

export interface PlaceInput {
  /** Indices in the kernel. */
  readonly landmarks: Int32Array;
  /** Where the landmarks lie, [landmarks, 2]. */
  readonly layout: Float64Array;
  readonly items: Int32Array;
}

/**
 * Places of items among landmarks that are laid out, [items, 2]: the mean of the five nearest by the kernel, weighted with
 * one over the squared distance (Shepard 1968). Of equal items all have one place, and a landmark's is its own unless
 * another equals it. Each place depends on the item and the landmarks alone. Cost items · landmarks kernel entries.
 */
export function placeAmong(gram: Gram, { landmarks, layout, items }: PlaceInput): Float64Array {
  const places = new Float64Array(2 * items.length);
  const count = Math.min(numNeighbors.placed, landmarks.length);
  let at = 0;
  nearest(gram, { items, landmarks, count, selfFirst: false }, (positions, squared) => {
    // Equal ones alone count where there are any: a finite stand-in for their infinite weights would move with rounding.
    const isAtOne = squared[0] === 0;
    let [sum, x, y] = [0, 0, 0];
    for (let j = 0; j < positions.length; j++) {
      if (isAtOne && squared[j]! > 0) break;
      const weight = isAtOne ? 1 : 1 / squared[j]!;
      sum += weight;
      x += weight * layout[2 * positions[j]!]!;
      y += weight * layout[2 * positions[j]! + 1]!;
    }
    places[at++] = x / sum;
    places[at++] = y / sum;
  });
  return places;
}

interface Nearest {
  readonly items: Int32Array;
  readonly landmarks: Int32Array;
  readonly count: number;
  /** Items and landmarks are the same, and each is its own nearest, whatever equals it. */
  readonly selfFirst: boolean;
}

/** Calls back for every item, in order, with the positions of its nearest landmarks, nearest first, and their squared distances. */
function nearest(
  gram: Gram,
  { items, landmarks, count, selfFirst }: Nearest,
  found: (positions: Int32Array, squared: Float64Array) => void,
): void {
  const m = landmarks.length;
  const normOf = (item: number) => Math.sqrt(Math.max(gram.diagonal[item]!, Number.MIN_VALUE));
  const norms = Float64Array.from(landmarks, normOf);
  const similarities = new Float64Array(m);
  for (let from = 0; from < items.length; from += rowsAtOnce) {
    const rows = items.subarray(from, from + rowsAtOnce);
    const block = gram.block(rows, landmarks);
    for (let r = 0; r < rows.length; r++) {
      const norm = normOf(rows[r]!);
      for (let j = 0; j < m; j++) {
        const cosine = block[r * m + j]! / (norm * norms[j]!);
        similarities[j] = 2 - 2 * cosine < resolution ? 1 : cosine;
      }
      if (selfFirst) similarities[from + r] = 2;
      const positions = topPositions(similarities, count);
      found(
        positions,
        Float64Array.from(positions, (j) => Math.max(0, 2 - 2 * similarities[j]!)),
      );
    }
  }
}
