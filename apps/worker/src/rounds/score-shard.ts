import { strategyNamed } from '@tangent/acquisition';
import { beginShard, getRoundForJob, type RoundJobRecord, saveShardScores } from '@tangent/database';
import type { BlobStore } from '@tangent/storage';
import type { ScoringSettings } from '../compute/pool-state.js';
import { candidatesOf } from './candidates.js';
import { planOf } from './compute-features.js';
import { loadSnapshot } from './pool-snapshot.js';
import type { RoundContext, ShardJob } from './round-context.js';
import { labeledOf } from './snapshot.js';
import { decodeStatistics } from './statistics.js';

/** What scoring needs of a round. */
export async function scoringOf(blobs: BlobStore, round: RoundJobRecord): Promise<ScoringSettings> {
  const { config, project, seed } = round;
  const retrains = strategyNamed(config.strategy).needs.includes('retrain');
  return {
    strategy: config.strategy,
    norm: config.norm,
    prefilter: config.prefilter,
    ridgeRelative: config.ridgeRelative,
    kernel: config.kernel,
    model: config.model,
    plan: planOf(round),
    numClasses: project.classes.length,
    seed,
    checkpoint: retrains ? await blobs.get(round.model!.checkpointKey) : new Uint8Array(),
  };
}

/** First score of every candidate of one shard. */
export async function scoreShard(
  context: RoundContext,
  { roundId, attempt, shardIndex }: ShardJob,
): Promise<void> {
  const { db, blobs, compute, signal } = context;
  const begun = await beginShard(db, { roundId, attempt, index: shardIndex, phase: 'scoring' });
  if (begun.kind === 'stale') return;
  const from = performance.now();
  const round = await getRoundForJob(db, roundId);
  const snapshot = await loadSnapshot(blobs, round.snapshotKey!);
  const { fromIndex, toIndex, featuresKey } = round.shards[shardIndex]!;
  const statistics = await blobs.get(round.statisticsKey!);
  const scored = decodeStatistics(statistics).kept ?? candidatesOf(round, snapshot);
  const inShard = scored.filter((i) => i >= fromIndex && i < toIndex);
  const slice = {
    features: await blobs.get(featuresKey!),
    candidates: inShard.map((i) => i - fromIndex),
    candidateIds: Array.from(inShard, (i) => snapshot.itemIds[i]!),
    numItems: toIndex - fromIndex,
  };
  const scores = round.model
    ? await compute.call(
        'scoreShard',
        {
          ...(await scoringOf(blobs, round)),
          ...slice,
          statistics,
          labeledClasses: labeledOf(snapshot).map((i) => snapshot.classes[i]!),
        },
        { signal },
      )
    : await compute.call(
        'scoreCold',
        { ...slice, strategy: round.config.strategy, seed: round.seed },
        { signal },
      );
  const itemIds = snapshot.itemIds.slice(fromIndex, toIndex);
  await saveShardScores(db, {
    roundId,
    attempt,
    index: shardIndex,
    itemIds,
    scores,
    scoreMs: performance.now() - from,
  });
}
