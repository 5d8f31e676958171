import {
  beginShard,
  getRoundForJob,
  loadContents,
  type RoundJobRecord,
  saveShardFeatures,
} from '@tangent/database';
import type { LayerWeights } from '@tangent/ntk';
import type { FeaturePlan } from '../compute/feature-plan.js';
import { type Featuriser, featurise } from '../inputs/featuriser.js';
import { loadSnapshot } from './pool-snapshot.js';
import type { RoundContext, ShardJob } from './round-context.js';

/** The layer weights that training found, kept with the model version; none at a cold start. */
export const layersOf = (round: RoundJobRecord) => round.network!.metrics.layers as LayerWeights;
/** How it found that features are to be computed. */
export function planOf(round: RoundJobRecord): FeaturePlan {
  const plan = round.network!.metrics.plan as FeaturePlan | undefined;
  if (!plan)
    throw new RangeError('the model of this round was trained by an older version; start a new round');
  return plan;
}

/** Gradient features of one shard, into a blob; how many items there were and how long they took. */
export async function computeFeatures(
  context: RoundContext,
  { roundId, attempt, shardIndex }: ShardJob,
): Promise<{ readonly numItems: number; readonly ms: number } | undefined> {
  const { db, blobs, compute, signal } = context;
  const begun = await beginShard(db, { roundId, attempt, index: shardIndex, phase: 'featurizing' });
  if (begun.kind === 'stale') return undefined;
  const from = performance.now();
  const round = await getRoundForJob(db, roundId);
  const snapshot = await loadSnapshot(blobs, round.snapshotKey!);
  const { fromIndex, toIndex } = round.shards[shardIndex]!;
  const items = await loadContents(db, snapshot.itemIds.slice(fromIndex, toIndex));
  const x = await featurise(context, round.network!.featuriser as Featuriser, items);
  const features = await compute.call(
    'computeFeatures',
    {
      checkpoint: await blobs.get(round.network!.checkpointKey),
      x,
      numItems: items.length,
      kernel: round.config.kernel,
      loss: round.config.model.loss,
      weights: layersOf(round).weights,
      plan: planOf(round),
      seed: round.seed,
    },
    { signal },
  );
  const { key: featuresKey } = await blobs.put(features);
  const featuresMs = performance.now() - from;
  await saveShardFeatures(db, { roundId, attempt, index: shardIndex, featuresKey, featuresMs });
  return { numItems: items.length, ms: featuresMs };
}
