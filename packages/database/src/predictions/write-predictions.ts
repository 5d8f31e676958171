import { bytesOf } from '../core/bytes.js';
import type { Tx } from '../core/database.js';

/** Class probabilities of one slice of a round's pool. */
export interface PredictionInput {
  readonly shardIndex: number;
  readonly itemIds: readonly string[];
  /** [items, classes], classes in the order of their columns */
  readonly probabilities: Float32Array;
}

interface PredictionsOf {
  readonly projectId: string;
  readonly roundId: string;
  readonly predictions: readonly PredictionInput[];
  readonly now: Date;
}

/** Puts the predictions of a round in the place of those of the round before. */
export async function replacePredictions(tx: Tx, input: PredictionsOf): Promise<void> {
  const { projectId, roundId, predictions, now } = input;
  await tx.query('DELETE FROM predictions WHERE project_id = $1 AND NOT shard_index = ANY($2)', [
    projectId,
    predictions.map(({ shardIndex }) => shardIndex),
  ]);
  for (const prediction of predictions)
    await upsert(tx, { projectId, roundId, prediction, numLiveUpdates: 0, now });
}

/** Predictions of these slices after live updates. The items of a slice stay the same within a round, so they are not sent again. */
export async function updatePredictions(
  tx: Tx,
  input: PredictionsOf & { readonly numLiveUpdates: number },
): Promise<void> {
  const { projectId, roundId, predictions, numLiveUpdates, now } = input;
  for (const prediction of predictions) {
    const updated = await tx.query(
      `UPDATE predictions SET probabilities = $4, num_live_updates = $5, updated_at = $6
       WHERE project_id = $1 AND shard_index = $2 AND round_id = $3 RETURNING 1`,
      [projectId, prediction.shardIndex, roundId, bytesOf(prediction.probabilities), numLiveUpdates, now],
    );
    if (updated.length === 0) await upsert(tx, { projectId, roundId, prediction, numLiveUpdates, now });
  }
}

interface Upsert {
  readonly projectId: string;
  readonly roundId: string;
  readonly prediction: PredictionInput;
  readonly numLiveUpdates: number;
  readonly now: Date;
}

async function upsert(
  tx: Tx,
  { projectId, roundId, prediction, numLiveUpdates, now }: Upsert,
): Promise<void> {
  await tx.query(
    `INSERT INTO predictions (project_id, shard_index, round_id, item_ids, probabilities, num_live_updates, updated_at)
     VALUES ($1, $2, $3, string_to_array($4, ','), $5, $6, $7)
     ON CONFLICT (project_id, shard_index) DO UPDATE SET round_id = EXCLUDED.round_id, item_ids = EXCLUDED.item_ids,
       probabilities = EXCLUDED.probabilities, num_live_updates = EXCLUDED.num_live_updates,
       updated_at = EXCLUDED.updated_at`,
    [
      projectId,
      prediction.shardIndex,
      roundId,
      prediction.itemIds.join(','),
      bytesOf(prediction.probabilities),
      numLiveUpdates,
      now,
    ],
  );
}
