import { matmul64, type Random } from '@tangent/compute';
import { squaredNorm } from './k-means.js';

export interface TypicalityOptions {
  /** Seed of the subset. */
  readonly random: Random;
  /** Default 20. */
  readonly numNeighbours?: number;
  /** Points among which neighbours are sought, at most: of more points a random subset. Default 10,000. */
  readonly mostCompared?: number;
}

/**
 * 1 / (mean distance to the `numNeighbours` nearest other points + 1e-5), [n]: how typical a point is among these; 0 for
 * a point that is alone. points: [n, width] float64. Source: Hacohen, Dekel, Weinshall, ICML 2022, eq. 4.
 * Among more than `mostCompared` points the neighbours are those of one seeded subset of that size, the same for all
 * points: distances grow for all of them alike, and the cost n·min(n, mostCompared)·width stays linear in n.
 */
export function typicalities(points: Float64Array, width: number, options: TypicalityOptions): Float64Array {
  const { random, numNeighbours = 20, mostCompared = 10_000 } = options;
  const n = points.length / width;
  const typicality = new Float64Array(n);
  const compared = n > mostCompared ? random.fork('typicality').sample(n, mostCompared) : null;
  const others = compared ? takePoints(points, width, compared) : points;
  const numOthers = compared?.length ?? n;
  const count = Math.min(numNeighbours, numOthers - 1);
  if (count < 1) return typicality;
  const norms = Float64Array.from({ length: n }, (_, i) => squaredNorm(points, width, i));
  const rowsAtOnce = 512;
  for (let from = 0; from < n; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - from);
    const rows = points.subarray(from * width, (from + m) * width);
    const products = matmul64(rows, others, { m, k: width, n: numOthers, transposeB: true });
    for (let r = 0; r < m; r++) {
      const i = from + r;
      const nearest = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
      for (let c = 0; c < numOthers; c++) {
        const j = compared ? compared[c]! : c;
        const squared = norms[i]! + norms[j]! - 2 * products[r * numOthers + c]!;
        if (j !== i && squared < nearest[count - 1]!) insertInPlace(nearest, Math.max(0, squared));
      }
      const mean = nearest.reduce((sum, squared) => sum + Math.sqrt(squared), 0) / count;
      typicality[i] = 1 / (mean + 1e-5);
    }
  }
  return typicality;
}

function takePoints(points: Float64Array, width: number, rows: Int32Array): Float64Array {
  const taken = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    taken.set(points.subarray(row * width, (row + 1) * width), i * width);
  });
  return taken;
}

/** Puts a value into an ascending list, whose largest drops out. */
function insertInPlace(ascending: Float64Array, value: number): void {
  let at = ascending.length - 1;
  for (; at > 0 && ascending[at - 1]! > value; at--) ascending[at] = ascending[at - 1]!;
  ascending[at] = value;
}
