import {
  beginPhase,
  completeSelection,
  getRoundForJob,
  loadShardScores,
  type PredictionInput,
  type RoundJobRecord,
  type SelectionResult,
} from '@tangent/database';
import type { SelectOutput } from '../compute/select-from-pool.js';
import { candidatesOf } from './candidates.js';
import { loadPool } from './pool-input.js';
import { loadSnapshot } from './pool-snapshot.js';
import type { RoundContext, RoundJob } from './round-context.js';
import { labeledOf, type Snapshot } from './snapshot.js';

/** Picks the batch, and puts ranking and predictions of the round in the place of those before, in one transaction. */
export async function selectBatch(context: RoundContext, { roundId, attempt }: RoundJob): Promise<void> {
  const { db } = context;
  const begun = await beginPhase(db, { roundId, attempt, phase: 'selecting' });
  if (begun.kind === 'stale') return;
  const from = performance.now();
  const round = await getRoundForJob(db, roundId);
  const selected = round.model
    ? await selectByModel(context, round)
    : await selectWithoutModel(context, round);
  await completeSelection(db, {
    roundId,
    attempt,
    ...selected,
    timings: { 'selecting.compute': performance.now() - from },
  });
}

type Selected = Pick<SelectionResult, 'ranking' | 'predictions' | 'metrics'>;

async function selectByModel(context: RoundContext, round: RoundJobRecord): Promise<Selected> {
  const { blobs, compute, signal } = context;
  const { snapshot, input } = await loadPool(blobs, round);
  const candidates = candidatesOf(round, snapshot);
  const selected = await compute.call(
    'selectFromPool',
    {
      ...input,
      ...(await scoredCandidates(context, round, snapshot, candidates)),
      batchSize: round.batchSize,
      classNames: round.project.classes.map((c) => c.name),
    },
    { signal },
  );
  const numClasses = snapshot.classKeys.length;
  return {
    ranking: rankingOf(selected, snapshot, candidates),
    predictions: round.shards.map(
      ({ index, fromIndex, toIndex }): PredictionInput => ({
        shardIndex: index,
        itemIds: snapshot.itemIds.slice(fromIndex, toIndex),
        probabilities: selected.probabilities.subarray(fromIndex * numClasses, toIndex * numClasses),
      }),
    ),
    metrics: { ridge: selected.ridge, ridgeRelative: selected.ridgeRelative, jitter: selected.jitter },
  };
}

/** A cold start has an order, and no prediction. */
async function selectWithoutModel(context: RoundContext, round: RoundJobRecord): Promise<Selected> {
  const { blobs, compute, signal } = context;
  const snapshot = await loadSnapshot(blobs, round.snapshotKey!);
  const candidates = candidatesOf(round, snapshot);
  const selected = await compute.call(
    'selectCold',
    {
      strategy: round.config.strategy,
      seed: round.seed,
      features: await Promise.all(round.shards.map(({ featuresKey }) => blobs.get(featuresKey!))),
      ...(await scoredCandidates(context, round, snapshot, candidates)),
      labeled: labeledOf(snapshot),
      batchSize: round.batchSize,
    },
    { signal },
  );
  return { ranking: rankingOf(selected, snapshot, candidates), predictions: [] };
}

/** The candidates, their ids and first scores (NaN: left out by the prefilter). */
async function scoredCandidates(
  { db }: RoundContext,
  round: RoundJobRecord,
  snapshot: Snapshot,
  candidates: Int32Array,
) {
  const byShard = await loadShardScores(db, round.id);
  const scoreAt = new Float32Array(snapshot.itemIds.length);
  byShard.forEach((scores, index) => {
    scoreAt.set(scores, round.shards[index]!.fromIndex);
  });
  return {
    candidates,
    candidateIds: Array.from(candidates, (i) => snapshot.itemIds[i]!),
    firstScores: Float64Array.from(candidates, (i) => scoreAt[i]!),
  };
}

function rankingOf(
  selected: Pick<SelectOutput, 'order' | 'scores' | 'reasons' | 'numSelected'>,
  snapshot: Snapshot,
  candidates: Int32Array,
): SelectionResult['ranking'] {
  const { order, scores, reasons, numSelected } = selected;
  return {
    itemIds: Array.from(order, (c) => snapshot.itemIds[candidates[c]!]!),
    scores,
    reasons,
    numSelected,
  };
}
