import type { RoundStatus } from '@tangent/contracts';
import { bytesOf, floatsOf } from '../core/bytes.js';
import type { Database, Queryable } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { announceRound } from './announce-round.js';
import { getRound } from './get-round.js';
import type { Move } from './move-round.js';

/**
 * The round's row, held against a move while a shard is written, if it is in the phase and attempt of the job. $1 is
 * the round, $2 the attempt.
 */
const inPhaseSql = (phase: 'featurizing' | 'scoring') =>
  `WITH present AS (SELECT id FROM rounds WHERE id = $1 AND attempt = $2 AND status = '${phase}' FOR SHARE)`;

interface ShardJob {
  readonly roundId: string;
  readonly attempt: number;
  readonly index: number;
  readonly now?: Date;
}

/** Notes that a shard is being worked on. `stale`: the job's work is not wanted any more. */
export async function beginShard(
  db: Database,
  input: ShardJob & { phase: 'featurizing' | 'scoring' },
): Promise<Move> {
  const { roundId, attempt, index, phase, now = db.now() } = input;
  const rows = await db.query(
    `${inPhaseSql(phase)} UPDATE round_shards s SET started_at = $4 FROM present
     WHERE s.round_id = present.id AND s.index = $3 RETURNING 1`,
    [roundId, attempt, index, now],
  );
  if (rows.length > 0) return { kind: 'moved' };
  const round = await getRound(db, roundId);
  return { kind: 'stale', status: round.status, attempt: round.attempt };
}

/** `stale`: the round is in another phase or attempt, and the shard is as it was. */
export type SaveResult = { readonly kind: 'saved' | 'stale' };

export async function saveShardFeatures(
  db: Database,
  input: ShardJob & { featuresKey: string; featuresMs: number },
): Promise<SaveResult> {
  const { roundId, attempt, index, featuresKey, featuresMs, now = db.now() } = input;
  return save(
    db,
    roundId,
    `${inPhaseSql('featurizing')} UPDATE round_shards s
     SET features_key = $4, features_attempt = $2, features_ms = $5, features_at = $6 FROM present
     WHERE s.round_id = present.id AND s.index = $3 AND s.features_attempt <= $2 RETURNING 1`,
    [roundId, attempt, index, featuresKey, featuresMs, now],
  );
}

/** Scores of the whole slice, in its order; NaN for what is no candidate. */
export async function saveShardScores(
  db: Database,
  input: ShardJob & { itemIds: readonly string[]; scores: Float32Array; scoreMs: number },
): Promise<SaveResult> {
  const { roundId, attempt, index, itemIds, scores, scoreMs, now = db.now() } = input;
  return save(
    db,
    roundId,
    `${inPhaseSql('scoring')} UPDATE round_shards s
     SET item_ids = string_to_array($4, ','), scores = $5, score_attempt = $2, score_ms = $6, scored_at = $7 FROM present
     WHERE s.round_id = present.id AND s.index = $3 AND s.score_attempt <= $2 RETURNING 1`,
    [roundId, attempt, index, itemIds.join(','), bytesOf(scores), scoreMs, now],
  );
}

async function save(
  db: Database,
  roundId: string,
  sql: string,
  values: readonly unknown[],
): Promise<SaveResult> {
  return inTransaction(db, async (tx) => {
    const rows = await tx.query(sql, values);
    if (rows.length === 0) return { kind: 'stale' };
    await announceRound(tx, roundId);
    return { kind: 'saved' };
  });
}

/** Indexes of the shards that a phase has still to do. */
export async function shardsWithout(
  tx: Queryable,
  roundId: string,
  what: 'features' | 'scores',
): Promise<number[]> {
  const rows = await tx.prisma.roundShard.findMany({
    where: { roundId, ...(what === 'features' ? { featuresKey: null } : { scoredAt: null }) },
    orderBy: { index: 'asc' },
    select: { index: true },
  });
  return rows.map(({ index }) => index);
}

/** The scores of all shards in pool order, for the selection. Throws when one is missing. */
export async function loadShardScores(db: Queryable, roundId: string): Promise<Float32Array[]> {
  const rows = await db.query<{ index: number; scores: Buffer | null }>(
    'SELECT index, scores FROM round_shards WHERE round_id = $1 ORDER BY index',
    [roundId],
  );
  return rows.map(({ index, scores }) => {
    if (!scores) throw new Error(`shard ${index} of round ${roundId} has no scores yet`);
    return floatsOf(scores);
  });
}

export interface ShardView {
  readonly index: number;
  readonly numItems: number;
  readonly featuresStatus: 'waiting' | 'running' | 'done';
  readonly scoreStatus: 'waiting' | 'running' | 'done';
  /** The attempt of the round that wrote to it last; 0: none yet. */
  readonly attempts: number;
  readonly featuresMs: number | null;
  readonly scoreMs: number | null;
}

/** The shards of a round for its page. Throws not-found. */
export async function listShards(db: Queryable, roundId: string): Promise<ShardView[]> {
  const { status } = await getRound(db, roundId);
  const rows = await db.prisma.roundShard.findMany({
    where: { roundId },
    orderBy: { index: 'asc' },
    omit: { scores: true, itemIds: true },
    include: { round: { select: { phaseStartedAt: true } } },
  });
  return rows.map((row) => {
    const isStarted = row.startedAt !== null && row.startedAt >= row.round.phaseStartedAt;
    const statusOf = (isDone: boolean, phase: RoundStatus) =>
      isDone ? 'done' : isStarted && status === phase ? 'running' : 'waiting';
    return {
      index: row.index,
      numItems: row.toIndex - row.fromIndex,
      featuresStatus: statusOf(row.featuresKey !== null, 'featurizing'),
      scoreStatus: statusOf(row.scoredAt !== null, 'scoring'),
      attempts: Math.max(row.featuresAttempt, row.scoreAttempt),
      featuresMs: row.featuresMs,
      scoreMs: row.scoreMs,
    };
  });
}
