import { createRandom } from '@tangent/compute';
import { completeFeaturizing, getRoundForJob, type RoundJobRecord } from '@tangent/database';
import { concatRows, decodeFactors, type GradientFactors, selectRows } from '@tangent/ntk';
import { isSketched, layersOf } from './compute-features.js';
import { loadSnapshot } from './pool-snapshot.js';
import type { RoundContext, RoundJob } from './round-context.js';
import { labeledOf, unlabeledOf } from './snapshot.js';
import { encodeStatistics } from './statistics.js';

/** Gathers the features of the labeled and of the evaluation items: what every shard is scored against. */
export async function reduceFeatures(context: RoundContext, { roundId, attempt }: RoundJob): Promise<void> {
  const { db, blobs } = context;
  const round = await getRoundForJob(db, roundId);
  if (round.status !== 'featurizing' || round.attempt !== attempt) return;
  const from = performance.now();
  const snapshot = await loadSnapshot(blobs, round.snapshotKey!);
  const labeled = labeledOf(snapshot);
  const unlabeled = unlabeledOf(snapshot);
  const drawn = createRandom(round.seed)
    .fork('evaluation')
    .sample(unlabeled.length, round.config.evaluationSize);
  const evaluation = drawn.map((i) => unlabeled[i]!);
  const gather = (rows: Int32Array) => gatherRows(context, round, rows);
  const factors = concatRows([await gather(labeled), await gather(evaluation)]);
  const weights = isSketched(round, snapshot.itemIds.length) ? [1] : layersOf(round).weights;
  const { key: statisticsKey } = await blobs.put(encodeStatistics({ labeled, evaluation, factors, weights }));
  await completeFeaturizing(db, {
    roundId,
    attempt,
    statisticsKey,
    timings: { 'featurizing.reduce': performance.now() - from },
    metrics: {
      numEvaluation: evaluation.length,
      features: isSketched(round, snapshot.itemIds.length)
        ? `sketch of ${round.config.kernel.dimension}`
        : 'exact',
    },
  });
}

/** The features of some pool indices, ascending, shard by shard: only one shard is in memory at a time. */
async function gatherRows(
  { blobs }: RoundContext,
  round: RoundJobRecord,
  rows: Int32Array,
): Promise<GradientFactors> {
  const parts: GradientFactors[] = [];
  for (const { fromIndex, toIndex, featuresKey, index } of round.shards) {
    const inShard = rows.filter((i) => i >= fromIndex && i < toIndex).map((i) => i - fromIndex);
    // The first shard is read even for no rows: an empty part still tells the shape of the layers.
    if (inShard.length > 0 || index === 0)
      parts.push(selectRows(decodeFactors(await blobs.get(featuresKey!)), inShard));
  }
  return concatRows(parts);
}
