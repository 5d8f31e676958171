import { TangentError } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';
import type { Queryable } from '../core/database.js';
import { decodeCursor, encodeCursor, type Page, type PageRequest } from '../core/page.js';
import { noRound } from '../rounds/get-round.js';

export interface RankedItemRow {
  readonly itemId: string;
  /** 1 = best. */
  readonly rank: number;
  readonly score: number;
  readonly reason: string | null;
  readonly isSelected: boolean;
}

/** The ranking that a round ended with. Throws no-ranking when it has not ended with one, not-found. */
export async function getRoundRanking(
  db: Pick<Queryable, 'query'>,
  { roundId, cursor, limit }: { roundId: string } & PageRequest,
): Promise<Page<RankedItemRow>> {
  const after = (decodeCursor(cursor, 'n')?.[0] as number | undefined) ?? 0;
  const [row] = await db.query<{
    status: string;
    item_ids: string[] | null;
    scores: Buffer;
    reasons: (string | null)[];
    num_selected: number;
    total: number;
  }>(
    `SELECT r.status, k.item_ids[$2 + 1:$2 + $3] AS item_ids, substring(k.scores FROM 4 * $2 + 1 FOR 4 * $3) AS scores,
       jsonb_path_query_array(k.reasons, '$[$from to $to]', jsonb_build_object('from', $2::int, 'to', $2 + $3 - 1)) AS reasons,
       k.num_selected, cardinality(k.item_ids) AS total
     FROM rounds r LEFT JOIN rankings k ON k.round_id = r.id AND k.kind = 'round' WHERE r.id = $1`,
    [roundId, after, limit],
  );
  if (!row) throw noRound(roundId);
  if (row.item_ids === null) {
    throw new TangentError(
      'no-ranking',
      `The round ${roundId} is ${row.status}; a ranking is there once it is done.`,
    );
  }
  const scores = floatsOf(row.scores);
  const items = row.item_ids.map((itemId, i) => ({
    itemId,
    rank: after + i + 1,
    score: scores[i]!,
    reason: row.reasons[i] ?? null,
    isSelected: after + i < row.num_selected,
  }));
  const end = after + items.length;
  return { items, nextCursor: end < row.total ? encodeCursor([end]) : null };
}

/** First scores of the candidates, in pool order, as far as shards are scored. Throws not-found. */
export async function getRoundScores(
  db: Queryable,
  { roundId, cursor, limit }: { roundId: string } & PageRequest,
): Promise<Page<{ itemId: string; score: number }>> {
  const [fromShard, fromIndex] = (decodeCursor(cursor, 'nn') ?? [0, 0]) as [number, number];
  const shards = await db.query<{ index: number }>(
    'SELECT index FROM round_shards WHERE round_id = $1 AND index >= $2 AND scored_at IS NOT NULL ORDER BY index',
    [roundId, fromShard],
  );
  if (shards.length === 0 && !(await db.prisma.round.count({ where: { id: roundId } })))
    throw noRound(roundId);
  const items: { itemId: string; score: number }[] = [];
  for (const { index } of shards) {
    const [shard] = await db.query<{ item_ids: string[]; scores: Buffer }>(
      'SELECT item_ids, scores FROM round_shards WHERE round_id = $1 AND index = $2',
      [roundId, index],
    );
    const scores = floatsOf(shard!.scores);
    for (let i = index === fromShard ? fromIndex : 0; i < scores.length; i++) {
      if (Number.isNaN(scores[i])) continue;
      if (items.length === limit) return { items, nextCursor: encodeCursor([index, i]) };
      items.push({ itemId: shard!.item_ids[i]!, score: scores[i]! });
    }
  }
  return { items, nextCursor: null };
}

export interface LiveRankingRecord {
  readonly roundId: string;
  readonly roundNumber: number;
  readonly itemIds: string[];
  readonly scores: Float32Array;
  readonly reasons: string[];
  readonly numSelected: number;
  readonly numLiveUpdates: number;
  readonly labelSeq: number;
  readonly computedAt: Date;
}

/** The order that the queue is served from, whole. Null: none yet. */
export async function getLiveRanking(db: Queryable, projectId: string): Promise<LiveRankingRecord | null> {
  const [row] = await db.query<Omit<LiveRankingRecord, 'scores'> & { scores: Buffer }>(
    `SELECT round_id AS "roundId", round_number AS "roundNumber", item_ids AS "itemIds", scores, reasons,
       num_selected AS "numSelected", num_live_updates AS "numLiveUpdates", label_seq AS "labelSeq",
       computed_at AS "computedAt"
     FROM rankings WHERE project_id = $1 AND kind = 'live'`,
    [projectId],
  );
  return row ? { ...row, scores: floatsOf(row.scores) } : null;
}
