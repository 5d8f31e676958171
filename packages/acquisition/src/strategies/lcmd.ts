import { orderById } from '../order.js';
import type { ScoringContext, Strategy } from '../strategy.js';

/** Kernel rows that are computed at once; a matter of memory only. */
const rowsAtOnce = 512;

/**
 * Largest cluster, maximum distance (LCMD-TP): every candidate belongs to the nearest labeled, pending or picked item in
 * the kernel's feature space, d² = K(x, x) + K(x′, x′) − 2 K(x, x′); the next pick is the farthest candidate of the
 * cluster with the largest Σ d². Scores are distances. Clusters that are equal break by their farthest item, and items
 * by id. Source: Holzmüller et al., JMLR 2023. Cost of a kernel block C × L, and a column a pick.
 */
export const lcmd: Strategy = {
  name: 'lcmd',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: ['gram'],
  looksAhead: false,
  reason: { kind: 'belief', because: 'it stands for the largest group that no label covers well' },
  selection: 'set',
  score: (context) => nearestCentres(context, labeledItems(context)).distances.map(Math.sqrt),
  select(context, numPicks, pending) {
    const { ids, posterior, view } = context;
    const { gram } = view as Required<typeof view>;
    const { tracked } = posterior;
    const centres = [...labeledItems(context), ...pending.items];
    const { distances, owner } = nearestCentres(context, Int32Array.from(centres));
    const byId = orderById(ids);
    const isTaken = new Uint8Array(ids.length);
    const order = new Int32Array(numPicks);
    const scores = new Float64Array(numPicks);
    for (let pick = 0; pick < numPicks; pick++) {
      const best = farthestOfLargest(byId, { distances, owner, isTaken, numClusters: centres.length + pick });
      isTaken[best] = 1;
      order[pick] = best;
      scores[pick] = Math.sqrt(distances[best]!);
      const item = tracked[best]!;
      gram.column(tracked, item).forEach((kernel, i) => {
        const d = i === best ? 0 : squaredDistance(gram.diagonal[tracked[i]!]!, gram.diagonal[item]!, kernel);
        if (d < distances[i]! || Number.isNaN(d)) {
          distances[i] = d;
          owner[i] = centres.length + pick;
        }
      });
    }
    return { order, scores };
  },
};

/** By item, and not as the labels came: of centres equally near the first counts. */
const labeledItems = ({ posterior }: ScoringContext) => Int32Array.from(posterior.observations.keys()).sort();

const squaredDistance = (kxx: number, kyy: number, kxy: number) => Math.max(0, kxx + kyy - 2 * kxy);

/** Squared distance of every candidate to the nearest centre and which one that is, [C] each. */
function nearestCentres({ posterior, view }: ScoringContext, centres: Int32Array) {
  const { gram } = view as Required<typeof view>;
  const { tracked } = posterior;
  const distances = new Float64Array(tracked.length).fill(Number.POSITIVE_INFINITY);
  const owner = new Int32Array(tracked.length);
  for (let from = 0; from < tracked.length; from += rowsAtOnce) {
    const rows = tracked.subarray(from, from + rowsAtOnce);
    const kernel = gram.block(rows, centres);
    rows.forEach((item, r) => {
      centres.forEach((centre, c) => {
        const kxy = kernel[r * centres.length + c]!;
        const d = squaredDistance(gram.diagonal[item]!, gram.diagonal[centre]!, kxy);
        if (!(d >= distances[from + r]!)) {
          distances[from + r] = d;
          owner[from + r] = c;
        }
      });
    });
  }
  return { distances, owner };
}

/** The farthest candidate of the cluster with the largest Σ d², summed in the order of ids. */
function farthestOfLargest(
  byId: Int32Array,
  state: {
    readonly distances: Float64Array;
    readonly owner: Int32Array;
    readonly isTaken: Uint8Array;
    readonly numClusters: number;
  },
): number {
  const { distances, owner, isTaken, numClusters } = state;
  const sizes = new Float64Array(numClusters);
  for (const i of byId) if (!isTaken[i]) sizes[owner[i]!]! += distances[i]!;
  let best = -1;
  for (const i of byId) {
    if (isTaken[i]) continue;
    const ahead = best < 0 ? 1 : sizes[owner[i]!]! - sizes[owner[best]!]! || distances[i]! - distances[best]!;
    if (ahead > 0) best = i;
  }
  return best;
}
