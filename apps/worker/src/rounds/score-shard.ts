import { beginShard, getRoundForJob, type RoundJobRecord, saveShardScores } from '@tangent/database';
import type { ScoringSettings } from '../compute/score-shard.js';
import { candidatesOf } from './candidates.js';
import { loadSnapshot } from './pool-snapshot.js';
import type { RoundContext, ShardJob } from './round-context.js';
import { labeledOf } from './snapshot.js';

export const scoringOf = ({ config, project, seed }: RoundJobRecord): ScoringSettings => ({
  strategy: config.strategy,
  norm: config.norm,
  ridgeRelative: config.ridgeRelative,
  numClasses: project.classes.length,
  seed,
});

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
  const inShard = candidatesOf(round, snapshot).filter((i) => i >= fromIndex && i < toIndex);
  const scores = await compute.call(
    'scoreShard',
    {
      ...scoringOf(round),
      statistics: await blobs.get(round.statisticsKey!),
      features: await blobs.get(featuresKey!),
      labeledClasses: labeledOf(snapshot).map((i) => snapshot.classes[i]!),
      candidates: inShard.map((i) => i - fromIndex),
      candidateIds: Array.from(inShard, (i) => snapshot.itemIds[i]!),
      numItems: toIndex - fromIndex,
    },
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
