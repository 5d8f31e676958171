import { matmul64, type Random } from '@tangent/compute';

// n points, K clusters, w width. points: [n, w], centres: [K, w], row-major float64.

export interface Clustering {
  /** Cluster of every point, [n]. */
  readonly clusterOf: Int32Array;
  readonly numClusters: number;
  readonly centres: Float64Array;
}

/**
 * k-means: seeded k-means++ (Arthur & Vassilvitskii 2007), then at most `maxIterations` of Lloyd (default 20). Fewer
 * clusters where fewer points differ. A cluster that runs empty keeps its centre. Cost n·K·w for an iteration.
 */
export function kMeans(
  points: Float64Array,
  width: number,
  wantedClusters: number,
  { random, maxIterations = 20 }: { readonly random: Random; readonly maxIterations?: number },
): Clustering {
  const n = points.length / width;
  let centres = firstCentres(points, width, Math.min(wantedClusters, n), random);
  const numClusters = centres.length / width;
  let clusterOf = nearestCentres(points, width, centres);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    centres = means(points, width, clusterOf, centres);
    const next = nearestCentres(points, width, centres);
    if (next.every((cluster, i) => cluster === clusterOf[i])) break;
    clusterOf = next;
  }
  return { clusterOf, numClusters, centres };
}

/** The centre nearest to every point, [n]; the first of equals. Cost n·K·w. */
export function nearestCentres(points: Float64Array, width: number, centres: Float64Array): Int32Array {
  const numClusters = centres.length / width;
  const halfNorms = Float64Array.from({ length: numClusters }, (_, c) => squaredNorm(centres, width, c) / 2);
  const n = points.length / width;
  const nearest = new Int32Array(n);
  const rowsAtOnce = 1024;
  for (let from = 0; from < n; from += rowsAtOnce) {
    const m = Math.min(rowsAtOnce, n - from);
    const rows = points.subarray(from * width, (from + m) * width);
    const products = matmul64(rows, centres, { m, k: width, n: numClusters, transposeB: true });
    for (let r = 0; r < m; r++) {
      // ‖x − c‖² is smallest where x·c − ‖c‖²/2 is largest.
      let best = 0;
      const closeness = (c: number) => products[r * numClusters + c]! - halfNorms[c]!;
      for (let c = 1; c < numClusters; c++) if (closeness(c) > closeness(best)) best = c;
      nearest[from + r] = best;
    }
  }
  return nearest;
}

/** Points drawn with probability proportional to the squared distance to those drawn before. */
function firstCentres(points: Float64Array, width: number, wanted: number, random: Random): Float64Array {
  const n = points.length / width;
  const chosen: number[] = [];
  const distances = new Float64Array(n).fill(Number.POSITIVE_INFINITY);
  for (let next = random.integer(n); chosen.length < wanted; ) {
    chosen.push(next);
    let total = 0;
    for (let i = 0; i < n; i++) {
      let d = 0;
      for (let t = 0; t < width; t++) d += (points[i * width + t]! - points[next * width + t]!) ** 2;
      distances[i] = Math.min(distances[i]!, d);
      total += distances[i]!;
    }
    if (total === 0) break;
    next = drawByWeight(distances, random.uniform() * total);
  }
  const centres = new Float64Array(chosen.length * width);
  chosen.forEach((point, c) => {
    centres.set(points.subarray(point * width, (point + 1) * width), c * width);
  });
  return centres;
}

/** The index at which the running sum of the weights passes `at`; never one of weight 0 while another is left. */
export function drawByWeight(weights: Float64Array, at: number): number {
  let sum = 0;
  let last = -1;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! === 0) continue;
    sum += weights[i]!;
    last = i;
    if (sum > at) return i;
  }
  return last;
}

function means(
  points: Float64Array,
  width: number,
  clusterOf: Int32Array,
  before: Float64Array,
): Float64Array {
  const sums = new Float64Array(before.length);
  const counts = new Int32Array(before.length / width);
  clusterOf.forEach((cluster, i) => {
    counts[cluster]!++;
    for (let t = 0; t < width; t++) sums[cluster * width + t]! += points[i * width + t]!;
  });
  return sums.map((sum, at) => {
    const count = counts[Math.floor(at / width)]!;
    return count === 0 ? before[at]! : sum / count;
  });
}

export function squaredNorm(values: Float64Array, width: number, row: number): number {
  let sum = 0;
  for (let t = row * width; t < (row + 1) * width; t++) sum += values[t]! * values[t]!;
  return sum;
}
