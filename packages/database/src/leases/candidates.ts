import type { Tx } from '../core/database.js';

/** An item whose row this transaction holds, so that nobody else leases or labels it until it ends. */
export interface Candidate {
  readonly itemId: string;
  /** Where it stood when it was found; nulls: not by the ranking. */
  readonly rank: number | null;
  readonly score: number | null;
  readonly reason: string | null;
  readonly roundId: string | null;
}

/** For whom candidates are looked for, and when. */
export interface Search {
  readonly projectId: string;
  readonly annotatorId: string;
  readonly overlap: number;
  readonly now: Date;
}

/**
 * What item `i` must be to be handed out, as far as the statement's snapshot knows; claim() looks again under the
 * lock. $1 … $4 are the project, the annotator, the overlap and the moment.
 *
 * The items that are taken are found once, as a set no larger than what the team holds (Postgres hashes NOT IN):
 * looking at the leases of each candidate would be planned by statistics that lag behind on a lively day.
 */
const isWantedSql = `i.project_id = $1 AND i.status = 'unlabeled' AND NOT i.is_holdout AND i.num_annotations < $3
  AND i.id NOT IN (
    SELECT l.item_id FROM leases l JOIN items taken ON taken.id = l.item_id
    WHERE l.project_id = $1 AND l.closed_at IS NULL AND l.expires_at > $4 GROUP BY l.item_id, taken.num_annotations
    HAVING count(*) + taken.num_annotations >= $3 OR bool_or(l.annotator_id = $2))
  AND (i.num_annotations = 0 OR NOT EXISTS (
    SELECT 1 FROM annotations a WHERE a.item_id = i.id AND a.annotator_id = $2 AND a.superseded_at IS NULL))`;

/**
 * Rows that others hold at this moment are passed over, not waited for: whoever holds one is about to lease it.
 * So 50 requests at once take the first 50 places between them.
 */
const holdSql = 'FOR NO KEY UPDATE OF i SKIP LOCKED';

const parameters = ({ projectId, annotatorId, overlap, now }: Search) => [
  projectId,
  annotatorId,
  overlap,
  now,
];

interface RankedRow {
  id: string;
  place: number;
  score_bytes: Buffer;
  reason: string | null;
  round_id: string;
}

/** The best free items among the places (from, to] of the live ranking, in rank order. */
export async function holdRanked(
  tx: Tx,
  search: Search,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<Candidate[]> {
  const rows = await tx.query<RankedRow>(
    `WITH live AS (SELECT id, item_ids FROM rankings WHERE project_id = $1 AND kind = 'live'),
     held AS MATERIALIZED (
       SELECT i.id, (r.n + $5)::int AS place, live.id AS ranking_id
       FROM live, unnest(live.item_ids[$5 + 1:$6]) WITH ORDINALITY r(id, n)
       JOIN items i ON i.id = r.id
       WHERE ${isWantedSql} ORDER BY r.n LIMIT $7 ${holdSql})
     SELECT held.id, held.place, substring(k.scores FROM 4 * held.place - 3 FOR 4) AS score_bytes,
       k.reasons ->> (held.place - 1) AS reason, k.round_id
     FROM held JOIN rankings k ON k.id = held.ranking_id ORDER BY held.place`,
    [...parameters(search), from, to, limit],
  );
  return rows.map((row) => ({
    itemId: row.id,
    rank: row.place,
    score: row.score_bytes.readFloatLE(),
    reason: row.reason,
    roundId: row.round_id,
  }));
}

const unranked = (row: { id: string }): Candidate => ({
  itemId: row.id,
  rank: null,
  score: null,
  reason: null,
  roundId: null,
});

/** The first free items after an ordinal, in the order of import, whether or not the ranking knows them. */
export async function holdInOrder(
  tx: Tx,
  search: Search,
  { afterOrdinal, limit }: { afterOrdinal: number; limit: number },
): Promise<(Candidate & { readonly ordinal: number })[]> {
  const rows = await tx.query<{ id: string; ordinal: number }>(
    `SELECT i.id, i.ordinal FROM items i WHERE ${isWantedSql} AND i.ordinal > $5
     ORDER BY i.ordinal LIMIT $6 ${holdSql}`,
    [...parameters(search), afterOrdinal, limit],
  );
  return rows.map((row) => ({ ...unranked(row), ordinal: row.ordinal }));
}

/** The first free item among these ordinals, in the order in which they are given. */
export async function holdFirstOf(
  tx: Tx,
  search: Search,
  ordinals: readonly number[],
): Promise<Candidate | null> {
  const [row] = await tx.query<{ id: string }>(
    `SELECT i.id FROM unnest($5::int[]) WITH ORDINALITY d(ordinal, n)
     JOIN items i ON i.project_id = $1 AND i.ordinal = d.ordinal
     WHERE ${isWantedSql} ORDER BY d.n LIMIT 1 ${holdSql}`,
    [...parameters(search), ordinals],
  );
  return row ? unranked(row) : null;
}

/** The free item at a share [0, 1) of the way through all that are free: every one of them is equally likely. */
export async function holdAtShare(tx: Tx, search: Search, share: number): Promise<Candidate | null> {
  const [row] = await tx.query<{ id: string }>(
    `WITH wanted AS MATERIALIZED (SELECT i.id, row_number() OVER (ORDER BY i.ordinal) AS n, count(*) OVER () AS total
       FROM items i WHERE ${isWantedSql})
     SELECT i.id FROM wanted w JOIN items i ON i.id = w.id
     WHERE w.n > floor($5::float8 * w.total) ORDER BY w.n LIMIT 1 ${holdSql}`,
    [...parameters(search), share],
  );
  return row ? unranked(row) : null;
}
