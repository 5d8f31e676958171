import {
  beginPhase,
  completeSelection,
  getRoundForJob,
  loadShardScores,
  type PredictionInput,
} from '@tangent/database';
import { candidatesOf } from './candidates.js';
import { loadPool } from './pool-input.js';
import type { RoundContext, RoundJob } from './round-context.js';

/** Picks the batch, and puts ranking and predictions of the round in the place of those before, in one transaction. */
export async function selectBatch(context: RoundContext, { roundId, attempt }: RoundJob): Promise<void> {
  const { db, blobs, compute, signal } = context;
  const begun = await beginPhase(db, { roundId, attempt, phase: 'selecting' });
  if (begun.kind === 'stale') return;
  const from = performance.now();
  const round = await getRoundForJob(db, roundId);
  const { snapshot, input } = await loadPool(blobs, round);
  const candidates = candidatesOf(round, snapshot);
  const byShard = await loadShardScores(db, roundId);
  const scoreAt = new Float32Array(snapshot.itemIds.length);
  byShard.forEach((scores, index) => {
    scoreAt.set(scores, round.shards[index]!.fromIndex);
  });
  const selected = await compute.call(
    'selectFromPool',
    {
      ...input,
      candidates,
      candidateIds: Array.from(candidates, (i) => snapshot.itemIds[i]!),
      firstScores: Float64Array.from(candidates, (i) => scoreAt[i]!),
      batchSize: round.batchSize,
      classNames: round.project.classes.map((c) => c.name),
    },
    { signal },
  );
  const numClasses = snapshot.classKeys.length;
  await completeSelection(db, {
    roundId,
    attempt,
    ranking: {
      itemIds: Array.from(selected.order, (c) => snapshot.itemIds[candidates[c]!]!),
      scores: selected.scores,
      reasons: selected.reasons,
      numSelected: selected.numSelected,
    },
    predictions: round.shards.map(
      ({ index, fromIndex, toIndex }): PredictionInput => ({
        shardIndex: index,
        itemIds: snapshot.itemIds.slice(fromIndex, toIndex),
        probabilities: selected.probabilities.subarray(fromIndex * numClasses, toIndex * numClasses),
      }),
    ),
    timings: { 'selecting.compute': performance.now() - from },
    metrics: { ridge: selected.ridge, ridgeRelative: selected.ridgeRelative, jitter: selected.jitter },
  });
}
