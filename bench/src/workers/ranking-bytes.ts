import { createHash } from 'node:crypto';
import type { Queryable } from '@tangent/database';

/** What a round ended with, as it lies in the database: ids in their order, float32 scores as bytes. */
export interface RoundBytes {
  /** The ranking: the batch in greedy order, then by score. */
  readonly ranking: ScoredIds;
  /** First scores of all candidates before the batch was picked, shard by shard. */
  readonly shards: readonly ScoredIds[];
}

export interface ScoredIds {
  readonly itemIds: readonly string[];
  /** float32, one an item. */
  readonly scores: Uint8Array;
}

export async function readRoundBytes(db: Queryable, roundId: string): Promise<RoundBytes> {
  const [ranking] = await db.query<{ itemIds: string[]; scores: Buffer }>(
    `SELECT item_ids AS "itemIds", scores FROM rankings WHERE round_id = $1 AND kind = 'round'`,
    [roundId],
  );
  if (!ranking) throw new Error(`the round ${roundId} has no ranking`);
  const shards = await db.query<{ itemIds: string[]; scores: Buffer }>(
    `SELECT item_ids AS "itemIds", scores FROM round_shards WHERE round_id = $1 ORDER BY index`,
    [roundId],
  );
  return { ranking, shards };
}

/** Places at which two lists differ: another id, or a score of other bytes; a place that one of them lacks counts. */
export function countDifferences(left: ScoredIds, right: ScoredIds): number {
  const numBoth = Math.min(left.itemIds.length, right.itemIds.length);
  let numDifferent = Math.max(left.itemIds.length, right.itemIds.length) - numBoth;
  for (let place = 0; place < numBoth; place++)
    if (left.itemIds[place] !== right.itemIds[place] || !isSameScore(left, right, place)) numDifferent++;
  return numDifferent;
}

/** Bytes, not numbers: −0 is not 0, and a NaN (no candidate) is the same as itself. */
function isSameScore(left: ScoredIds, right: ScoredIds, place: number): boolean {
  for (let at = 4 * place; at < 4 * place + 4; at++) if (left.scores[at] !== right.scores[at]) return false;
  return true;
}

/** Differences of the rankings, and of the scores of all shards together. */
export function countAllDifferences(
  left: RoundBytes,
  right: RoundBytes,
): { readonly ranking: number; readonly scores: number } {
  const numShards = Math.max(left.shards.length, right.shards.length);
  const none: ScoredIds = { itemIds: [], scores: new Uint8Array() };
  let scores = 0;
  for (let i = 0; i < numShards; i++)
    scores += countDifferences(left.shards[i] ?? none, right.shards[i] ?? none);
  return { ranking: countDifferences(left.ranking, right.ranking), scores };
}

/** SHA-256 of a ranking, to compare runs by. */
export function hashOf({ itemIds, scores }: ScoredIds): string {
  return createHash('sha256').update(itemIds.join(',')).update(scores).digest('hex');
}
