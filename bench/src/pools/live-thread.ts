import { chooseEngine, serveComputeThread } from '@tangent/compute';
import { FeaturePosterior, featureScores, oneHot, topPositions } from '@tangent/ntk';
import { type SketchedPool, sketchedPool } from './sketched-pool.js';

export interface LiveOptions {
  readonly seed: number;
  readonly numItems: number;
  readonly dimension: number;
  readonly numClasses: number;
  readonly numLabels: number;
  readonly headSize: number;
}

interface Live {
  readonly pool: SketchedPool;
  readonly posterior: FeaturePosterior;
  readonly scores: Float64Array;
  readonly headSize: number;
}
let live: Live | null = null;

function ready(): Live {
  if (!live) throw new Error('open a pool first');
  return live;
}

/** The open items with the best scores, best first. */
function head({ posterior, scores, headSize }: Live): Int32Array {
  featureScores(posterior, 'lookahead', scores);
  for (const item of posterior.observations.keys()) scores[item] = Number.NEGATIVE_INFINITY;
  return topPositions(scores, headSize);
}

const largestDifference = (a: Float64Array, b: Float64Array) => {
  let [worst, largest] = [0, 0];
  for (let i = 0; i < a.length; i++) {
    worst = Math.max(worst, Math.abs(a[i]! - b[i]!));
    largest = Math.max(largest, Math.abs(b[i]!));
  }
  return worst / largest;
};

export const handlers = {
  async open(options: LiveOptions): Promise<Int32Array> {
    await chooseEngine({ engine: process.env.TANGENT_ENGINE });
    const { seed, numItems, dimension, numClasses, numLabels, headSize } = options;
    const pool = sketchedPool(seed, numItems, dimension, numClasses);
    const posterior = FeaturePosterior.build({
      ...pool,
      observations: pool.labels(numLabels),
      evaluation: 'pool',
    });
    live = { pool, posterior, scores: new Float64Array(numItems), headSize };
    return head(live);
  },

  /** One label with the item’s class, and the head of the queue after it. */
  label({ item }: { readonly item: number }): Int32Array {
    const { posterior, pool } = ready();
    posterior.observe(item, oneHot(pool.classes[item]!, pool.numClasses));
    return head(ready());
  },

  /** What the thread does after it has answered. */
  settle(): void {
    ready().posterior.settle();
  },

  /** How far m, q and n are from those of a state that is solved anew with the same labels and the same ridge. */
  drift(): {
    readonly mean: number;
    readonly variance: number;
    readonly reduction: number;
    readonly inverse: number;
  } {
    const { posterior, pool } = ready();
    const observations = [...posterior.observations].map(([item, target]) => ({ item, target }));
    const build = (ridgeRelative: number) =>
      FeaturePosterior.build({ ...pool, observations, evaluation: 'pool', ridgeRelative });
    // Relative to the labels that are there now, the same λ is another number.
    const meanDiagonal = build(1e-2).ridge / 1e-2;
    const anew = build(posterior.ridge / meanDiagonal);
    return {
      mean: largestDifference(posterior.mean, anew.mean),
      variance: largestDifference(posterior.variance, anew.variance),
      reduction: largestDifference(posterior.reduction(), anew.reduction()),
      inverse: posterior.drift,
    };
  },
};

serveComputeThread(handlers);
