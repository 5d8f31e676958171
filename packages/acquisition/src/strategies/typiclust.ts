import { kMeans, nearestCentres } from '../k-means.js';
import { orderById } from '../order.js';
import type { ColdPool, Embeddings, Strategy } from '../strategy.js';
import { typicalities } from '../typicality.js';

/** As published: more clusters are not told apart, and smaller ones are noise. */
const mostClusters = 500;
const smallestCluster = 5;

/**
 * Typical clustering, for the cold start: as many clusters of the embeddings as there will be labels (at most 500), and
 * from the largest that holds no label its most typical item. Needs no prediction.
 * Source: Hacohen, Dekel, Weinshall, ICML 2022, algorithm 1. Cost of k-means, and (cluster size)² · width, bounded
 * like the first scores.
 * First scores are the typicalities among all C candidates, without clusters: C² · width, and from 10,000 candidates on
 * 10,000 · C · width, with neighbours sought in a seeded subset.
 */
export const typiclust: Strategy = {
  name: 'typiclust',
  version: 1,
  ridgeRelative: () => 1e-2,
  needs: ['embeddings'],
  looksAhead: false,
  reason: { kind: 'sentence', text: 'Typical of a group of similar items that has no label yet.' },
  selection: 'set',
  coldStart: { score: typicalityScores, select: typicalItems },
  score({ ids, posterior, view, random }) {
    const { embeddings } = view as Required<typeof view>;
    return typicalityScores({ embeddings, items: posterior.tracked, ids, random });
  },
  select({ ids, posterior, view, random }, numPicks, pending) {
    const { embeddings } = view as Required<typeof view>;
    const covered = Int32Array.from([...posterior.observations.keys(), ...pending.items]);
    return typicalItems({ embeddings, items: posterior.tracked, ids, covered, random }, numPicks);
  },
};

/** The typicality of each item among all of them. */
function typicalityScores({
  embeddings,
  items,
  ids,
  random,
}: Pick<ColdPool, 'embeddings' | 'items' | 'ids' | 'random'>): Float64Array {
  const byId = orderById(ids);
  const scores = new Float64Array(ids.length);
  const rows = rowsOf(
    embeddings,
    byId.map((i) => items[i]!),
  );
  typicalities(rows, embeddings.width, { random }).forEach((typicality, at) => {
    scores[byId[at]!] = typicality;
  });
  return scores;
}

/**
 * Picks `numPicks` of the items (at most all), also where nothing is labeled and no model is trained yet: indices into
 * `items`, each with its typicality in its cluster. `covered` are items that have a label, which make a cluster wait.
 * Clusters are those of the unlabeled items; a labeled item belongs to the nearest. Where all clusters are covered, those
 * with the fewest labels and picks come first, then the larger; clusters of fewer than five items come last of all.
 */
export function typicalItems(
  pool: ColdPool,
  numPicks: number,
): { readonly order: Int32Array; readonly scores: Float64Array } {
  const { embeddings, items, ids, covered } = pool;
  const { width } = embeddings;
  const count = Math.min(numPicks, items.length);
  if (count === 0) return { order: new Int32Array(), scores: new Float64Array() };
  const byId = orderById(ids);
  const points = rowsOf(
    embeddings,
    byId.map((i) => items[i]!),
  );
  const wanted = Math.min(mostClusters, covered.length + count);
  const { clusterOf, numClusters, centres } = kMeans(points, width, wanted, {
    random: pool.random.fork('typiclust'),
  });
  const clusters = Array.from({ length: numClusters }, () => ({
    numCovered: 0,
    size: 0,
    /** Members that are not picked yet, most typical first. */
    left: [] as { readonly index: number; readonly typicality: number }[],
  }));
  for (const cluster of nearestCentres(rowsOf(embeddings, covered), width, centres))
    clusters[cluster]!.numCovered++;
  clusters.forEach((cluster, c) => {
    const members = byId.filter((_, at) => clusterOf[at] === c);
    const inCluster = typicalities(
      rowsOf(
        embeddings,
        members.map((i) => items[i]!),
      ),
      width,
      { random: pool.random },
    );
    cluster.size = members.length;
    cluster.left = Array.from(members, (index, m) => ({ index, typicality: inCluster[m]! })).sort(
      (a, b) => b.typicality - a.typicality,
    );
  });
  const order = new Int32Array(count);
  const scores = new Float64Array(count);
  for (let pick = 0; pick < count; pick++) {
    const next = clusters
      .filter(({ left }) => left.length > 0)
      .reduce((best, cluster) => (comesBefore(cluster, best) ? cluster : best));
    const { index, typicality } = next.left.shift()!;
    next.numCovered++;
    order[pick] = index;
    scores[pick] = typicality;
  }
  return { order, scores };
}

interface Waiting {
  readonly numCovered: number;
  readonly size: number;
}

function comesBefore(a: Waiting, b: Waiting): boolean {
  const [isSmall, otherIsSmall] = [a.size < smallestCluster, b.size < smallestCluster];
  if (isSmall !== otherIsSmall) return otherIsSmall;
  return a.numCovered !== b.numCovered ? a.numCovered < b.numCovered : a.size > b.size;
}

/** Embeddings of the items, [items, width] float64. */
function rowsOf({ values, width }: Embeddings, items: Int32Array): Float64Array {
  const rows = new Float64Array(items.length * width);
  items.forEach((item, i) => {
    rows.set(values.subarray(item * width, (item + 1) * width), i * width);
  });
  return rows;
}
