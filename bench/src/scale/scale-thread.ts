import { chooseEngine, createRandom, serveComputeThread } from '@tangent/compute';
import { FeaturePosterior, greedyFeatureBatch } from '@tangent/ntk';
import { sketchedPool } from '../pools/sketched-pool.js';

export interface ScaleOptions {
  readonly seed: number;
  readonly numItems: number;
  readonly dimension: number;
  readonly numClasses: number;
  readonly numLabels: number;
  readonly batchSize: number;
}

export interface ScaleRun {
  /** To score every item, and to pick the batch. */
  readonly totalS: number;
  readonly scoringS: number;
  /** With all scores after it, mean. */
  readonly msPerPick: number;
  readonly positions: readonly number[];
  readonly scores: readonly number[];
}

let last: { readonly posterior: FeaturePosterior; readonly picks: readonly number[] } | null = null;

export const handlers = {
  async engine() {
    return chooseEngine({ engine: process.env.TANGENT_ENGINE });
  },

  measure({ seed, numItems, dimension, numClasses, numLabels, batchSize }: ScaleOptions): ScaleRun {
    last = null;
    const pool = sketchedPool(seed, numItems, dimension, numClasses);
    const options = { ...pool, observations: pool.labels(numLabels), evaluation: 'pool' as const };
    const from = performance.now();
    const posterior = FeaturePosterior.build(options);
    const scored = performance.now();
    const times: number[] = [];
    const batch = greedyFeatureBatch(posterior, {
      score: 'mlmoc-l2',
      batchSize,
      onPick: () => times.push(performance.now()),
    });
    const totalS = (performance.now() - from) / 1e3;
    const positions = [...batch.positions];
    last = { posterior, picks: positions };
    return {
      totalS,
      scoringS: (scored - from) / 1e3,
      msPerPick: (times.at(-1)! - times[0]!) / (times.length - 1),
      positions,
      scores: [...batch.scores],
    };
  },

  /**
   * Of the pool that was measured last: variance drops of a sample after the batch, by the float32 passes beside a state in
   * float64, the largest difference over the largest drop.
   */
  errorOfDrops({ seed }: { readonly seed: number }): number {
    if (!last) throw new Error('measure a pool first');
    const { posterior, picks } = last;
    const sample = createRandom(seed).fork('check').sample(posterior.numTracked, 500);
    const fast = posterior.restrict(Int32Array.from({ length: posterior.numTracked }, (_, t) => t));
    const exact = posterior.restrict(Int32Array.from([...sample, ...picks]));
    picks.forEach((t, p) => {
      fast.assume(t);
      exact.assume(sample.length + p);
    });
    const wanted = exact.varianceDrops();
    const drops = fast.varianceDrops();
    const largest = wanted.subarray(0, sample.length).reduce((a, c) => Math.max(a, c), 0);
    return sample.reduce((worst, t, i) => Math.max(worst, Math.abs(drops[t]! - wanted[i]!)), 0) / largest;
  },
};

serveComputeThread(handlers);
