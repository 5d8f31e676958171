import { strategyNamed } from '@tangent/acquisition';
import { createRandom } from '@tangent/compute';
import { completeFeaturizing, getRoundForJob, type RoundJobRecord } from '@tangent/database';
import { marginsOfMeans } from '@tangent/ntk';
import {
  concatFeatures,
  decodePoolFeatures,
  encodePoolFeatures,
  type PoolFeatures,
  selectFeatures,
} from '../compute/pool-features.js';
import { mostRejected } from '../compute/weigh-relevance.js';
import { candidatesOf } from './candidates.js';
import { layersOf, planOf } from './compute-features.js';
import { loadSnapshot } from './pool-snapshot.js';
import type { RoundContext, RoundJob } from './round-context.js';
import { indicesWhere, labeledOf, type Snapshot, unlabeledOf } from './snapshot.js';
import { encodeStatistics } from './statistics.js';

/**
 * Gathers the features of the labeled and of the evaluation items, which every shard is scored against; weighs the
 * evaluation items by relevance; and keeps the candidates of the smallest margins where the round has a prefilter.
 */
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
    // Without a model nothing looks ahead.
    .sample(unlabeled.length, round.model ? round.config.evaluationSize : 0);
  const evaluation = drawn.map((i) => unlabeled[i]!);
  const gather = (rows: Int32Array) => gatherRows(context, round, rows);
  const features = concatFeatures([await gather(labeled), await gather(evaluation)]);
  const plan = planOf(round);
  const weights = plan.kernel === 'sketch' ? [1] : layersOf(round).weights;
  const relevance = await relevanceOf(context, round, snapshot, {
    features,
    weights,
    numLabeled: labeled.length,
    numEvaluation: evaluation.length,
  });
  const kept = await prefiltered(context, round, snapshot);
  const { key: statisticsKey } = await blobs.put(
    encodeStatistics({ labeled, evaluation, relevance, kept, features, weights }),
  );
  await completeFeaturizing(db, {
    roundId,
    attempt,
    statisticsKey,
    timings: { 'featurizing.reduce': performance.now() - from },
    metrics: {
      numEvaluation: evaluation.length,
      ...(round.model && {
        meanRelevance: relevance.reduce((sum, w) => sum + w, 0) / Math.max(1, relevance.length),
      }),
      ...(kept && { numPrefiltered: kept.length }),
      features: plan.kernel === 'sketch' ? `sketch of ${round.config.kernel.dimension}` : plan.kernel,
    },
  });
}

/** Weight of each evaluation item: 1 unless items like it were rejected as not relevant. */
async function relevanceOf(
  context: RoundContext,
  round: RoundJobRecord,
  { isNotRelevant }: Snapshot,
  known: {
    readonly features: PoolFeatures;
    readonly weights: readonly number[];
    readonly numLabeled: number;
    readonly numEvaluation: number;
  },
): Promise<Float64Array> {
  const all = indicesWhere(isNotRelevant.length, (i) => isNotRelevant[i]!);
  const rejected = all.subarray(0, mostRejected);
  const { numEvaluation } = known;
  if (!round.config.relevance || rejected.length === 0 || numEvaluation === 0)
    return new Float64Array(numEvaluation).fill(1);
  const { kernel, model } = round.config;
  const features = concatFeatures([known.features, await gatherRows(context, round, rejected)]);
  return context.compute.call(
    'weighRelevance',
    {
      ...known,
      features: encodePoolFeatures(features),
      plan: planOf(round),
      kernel,
      model,
      numRejected: rejected.length,
    },
    { signal: context.signal },
  );
}

/** Pool indices, ascending, of the share of the candidates whose outputs have the smallest margins; null: no prefilter. */
async function prefiltered(
  { blobs }: RoundContext,
  round: RoundJobRecord,
  snapshot: Snapshot,
): Promise<Int32Array | null> {
  const { prefilter, strategy } = round.config;
  if (prefilter === null || !strategyNamed(strategy).looksAhead) return null;
  const k = round.project.classes.length;
  const margins = new Float64Array(snapshot.itemIds.length);
  for (const { fromIndex, featuresKey } of round.shards) {
    const { outputs } = decodePoolFeatures(await blobs.get(featuresKey!)).factors;
    margins.set(marginsOfMeans(outputs, k), fromIndex);
  }
  const candidates = candidatesOf(round, snapshot);
  const numKept = Math.ceil(prefilter * candidates.length);
  return candidates
    .slice()
    .sort((a, b) => margins[a]! - margins[b]! || a - b)
    .slice(0, numKept)
    .sort();
}

/** The features of some pool indices, ascending, shard by shard: only one shard is in memory at a time. */
async function gatherRows(
  { blobs }: RoundContext,
  round: RoundJobRecord,
  rows: Int32Array,
): Promise<PoolFeatures> {
  const parts: PoolFeatures[] = [];
  for (const { fromIndex, toIndex, featuresKey, index } of round.shards) {
    const inShard = rows.filter((i) => i >= fromIndex && i < toIndex).map((i) => i - fromIndex);
    // The first shard is read even for no rows: an empty part still tells the shape of the layers.
    if (inShard.length > 0 || index === 0)
      parts.push(selectFeatures(decodePoolFeatures(await blobs.get(featuresKey!)), inShard));
  }
  return concatFeatures(parts);
}
