import type { LeaseArm } from '@tangent/contracts';
import { undecidedSkips } from '@tangent/labeling';
import type { Sql } from '../core/database.js';
import type { OpenPlaces } from './open-places.js';

/** By which rule an item was found. That one is of gold, annotators are not told: `toRecord` of lease-next.ts. */
export type DrawnArm = LeaseArm | 'gold';

/** An item whose row this transaction holds, so that nobody else leases or labels it until it ends. */
export interface Candidate {
  readonly itemId: string;
  /** Where it stood when it was found; nulls: not by the ranking. */
  readonly rank: number | null;
  readonly score: number | null;
  readonly reason: string | null;
  readonly roundId: string | null;
  readonly arm: DrawnArm;
}

/** For whom candidates are looked for, and when. */
export interface Search {
  readonly projectId: string;
  readonly annotatorId: string;
  readonly overlap: number;
  readonly now: Date;
}

/**
 * The items that have no place left for this annotator because of leases: a set no larger than what the team holds.
 * $1 … $4 are the project, the annotator, the overlap and the moment.
 *
 * It is kept apart from the items, and compared with plain ids before any item is read: otherwise the planner adds
 * its cost to every item that it looks up, and reads the whole pool instead.
 */
const takenSql = `taken AS MATERIALIZED (
    SELECT l.item_id FROM leases l JOIN items t ON t.id = l.item_id
    WHERE l.project_id = $1 AND l.closed_at IS NULL AND l.expires_at > $4 GROUP BY l.item_id, t.num_annotations, t.num_asked_more
    HAVING count(*) + t.num_annotations >= $3 + t.num_asked_more OR bool_or(l.annotator_id = $2))`;

/** What else item `i` must be, as far as the statement's snapshot knows; claim() looks again under the lock. */
const isOpenSql = `i.project_id = $1 AND i.status = 'unlabeled' AND NOT i.is_holdout
  AND i.num_annotations < $3 + i.num_asked_more
  AND (i.num_annotations = 0 OR NOT EXISTS (
    SELECT 1 FROM annotations a WHERE a.item_id = i.id AND a.annotator_id = $2 AND a.superseded_at IS NULL))`;

/**
 * Of `ids` those that are open, each looked up by its key: OFFSET 0 keeps every other condition out of the lookup. Without
 * statistics of a project that was just imported the planner would take the whole project for one row, and compare it all
 * with each id.
 */
const openOf = (ids: string): string =>
  `${ids} CROSS JOIN LATERAL (SELECT * FROM items WHERE id = ${ids}.id OFFSET 0) i WHERE ${isOpenSql}`;

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
export function holdRanked(
  tx: Sql,
  search: Search,
  { from, to, limit }: { from: number; to: number; limit: number },
): Promise<Candidate[]> {
  return holdPlaces(
    tx,
    `SELECT r.id, (r.n + $6)::int AS place, k.id AS ranking_id
     FROM rankings k, unnest(k.item_ids[$6 + 1:$7]) WITH ORDINALITY r(id, n)
     WHERE k.project_id = $1 AND k.kind = 'live' AND r.id NOT IN (SELECT item_id FROM taken)`,
    [...parameters(search), limit, from, to],
  );
}

/** Untaken places that are looked up at once: some were labeled a moment ago, or are being leased. */
const fewPlaces = 64;

/** The best free items of some places, as long as the live ranking is the one that they are of. */
export function holdOpen(
  tx: Sql,
  search: Search,
  { open, limit }: { open: OpenPlaces; limit: number },
): Promise<Candidate[]> {
  return holdPlaces(
    tx,
    `SELECT r.id, r.place, k.id AS ranking_id
     FROM rankings k, unnest($6::text[], $7::int[]) r(id, place)
     WHERE k.project_id = $1 AND k.kind = 'live' AND k.round_id = $8 AND k.label_seq = $9
       AND r.id NOT IN (SELECT item_id FROM taken)
     ORDER BY r.place LIMIT ${fewPlaces}`,
    [...parameters(search), limit, open.itemIds, open.places, open.roundId, open.labelSeq],
  );
}

/** `placesSql`: id, place and ranking_id of items that are not taken. $5 is the limit. */
async function holdPlaces(tx: Sql, placesSql: string, values: readonly unknown[]): Promise<Candidate[]> {
  const rows = await tx.query<RankedRow>(
    `WITH ${takenSql},
     place AS MATERIALIZED (${placesSql}),
     open AS MATERIALIZED (SELECT place.id, place.place, place.ranking_id FROM ${openOf('place')}),
     held AS MATERIALIZED (
       SELECT i.id, open.place, open.ranking_id FROM open JOIN items i ON i.id = open.id
       ORDER BY open.place LIMIT $5 ${holdSql})
     SELECT held.id, held.place, substring(k.scores FROM 4 * held.place - 3 FOR 4) AS score_bytes,
       k.reasons ->> (held.place - 1) AS reason, k.round_id
     FROM held JOIN rankings k ON k.id = held.ranking_id ORDER BY held.place`,
    values,
  );
  return rows.map((row) => ({
    itemId: row.id,
    rank: row.place,
    score: row.score_bytes.readFloatLE(),
    reason: row.reason,
    roundId: row.round_id,
    arm: 'strategy',
  }));
}

const withoutRank = (id: string, arm: DrawnArm): Candidate => ({
  itemId: id,
  rank: null,
  score: null,
  reason: null,
  roundId: null,
  arm,
});

/** The first free items after an ordinal, in the order of import, whether or not the ranking knows them. */
export async function holdInOrder(
  tx: Sql,
  search: Search,
  { afterOrdinal, limit }: { afterOrdinal: number; limit: number },
): Promise<(Candidate & { readonly ordinal: number })[]> {
  const rows = await tx.query<{ id: string; ordinal: number }>(
    `WITH ${takenSql}
     SELECT i.id, i.ordinal FROM items i
     WHERE ${isOpenSql} AND i.ordinal > $5 AND i.id NOT IN (SELECT item_id FROM taken)
     ORDER BY i.ordinal LIMIT $6 ${holdSql}`,
    [...parameters(search), afterOrdinal, limit],
  );
  return rows.map(({ id, ordinal }) => ({ ...withoutRank(id, 'unranked'), ordinal }));
}

/** The first free item among these ordinals, in the order in which they are given. */
export async function holdFirstOf(
  tx: Sql,
  search: Search,
  ordinals: readonly number[],
): Promise<Candidate | null> {
  const [row] = await tx.query<{ id: string }>(
    `WITH ${takenSql},
     drawn AS MATERIALIZED (
       SELECT i.id, d.n FROM unnest($5::int[]) WITH ORDINALITY d(ordinal, n)
       JOIN items i ON i.project_id = $1 AND i.ordinal = d.ordinal),
     open AS MATERIALIZED (
       SELECT drawn.id, drawn.n FROM ${openOf('drawn')} AND drawn.id NOT IN (SELECT item_id FROM taken))
     SELECT i.id FROM open JOIN items i ON i.id = open.id ORDER BY open.n LIMIT 1 ${holdSql}`,
    [...parameters(search), ordinals],
  );
  return row ? withoutRank(row.id, 'control') : null;
}

/** The free item at a share [0, 1) of the way through all that are free: every one of them is equally likely. */
export async function holdAtShare(tx: Sql, search: Search, share: number): Promise<Candidate | null> {
  const [row] = await tx.query<{ id: string }>(
    `WITH ${takenSql},
     free AS MATERIALIZED (
       SELECT i.id, row_number() OVER (ORDER BY i.ordinal) AS n, count(*) OVER () AS total FROM items i
       WHERE ${isOpenSql} AND i.id NOT IN (SELECT item_id FROM taken))
     SELECT i.id FROM free JOIN items i ON i.id = free.id
     WHERE free.n > floor($5::float8 * free.total) ORDER BY free.n LIMIT 1 ${holdSql}`,
    [...parameters(search), share],
  );
  return row ? withoutRank(row.id, 'control') : null;
}

/** Whether holdInOrder would find an item, if nobody held rows at this moment. */
export async function hasOpen(tx: Sql, search: Search): Promise<boolean> {
  const [row] = await tx.query<{ has_open: boolean }>(
    `WITH ${takenSql}
     SELECT EXISTS (
       SELECT 1 FROM items i WHERE ${isOpenSql} AND i.id NOT IN (SELECT item_id FROM taken)) AS has_open`,
    parameters(search),
  );
  return row!.has_open;
}

/**
 * Gold items that this annotator has never answered, nor holds, in an order of their own for each annotator: else the whole
 * team would meet the same few. One that was answered and taken back does not come again, for it may have been talked about.
 */
export async function holdGold(tx: Sql, search: Search, limit: number): Promise<Candidate[]> {
  const { projectId, annotatorId, now } = search;
  const rows = await tx.query<{ id: string }>(
    `SELECT i.id FROM items i
     WHERE i.project_id = $1 AND i.is_gold
       AND NOT EXISTS (SELECT 1 FROM annotations a WHERE a.item_id = i.id AND a.annotator_id = $2)
       AND NOT EXISTS (
         SELECT 1 FROM leases l
         WHERE l.item_id = i.id AND l.annotator_id = $2 AND l.closed_at IS NULL AND l.expires_at > $3)
     ORDER BY md5(i.id || $2), i.id LIMIT $4 ${holdSql}`,
    [projectId, annotatorId, now, limit],
  );
  return rows.map(({ id }) => withoutRank(id, 'gold'));
}

/**
 * Items that this annotator skipped without having decided, the longest ago first; none that was skipped a second time,
 * or they would go round for ever. An answer replaces the skip, and stays with the arm that it was drawn by.
 */
export async function holdSkipped(tx: Sql, search: Search, limit: number): Promise<Candidate[]> {
  const { projectId, annotatorId, now } = search;
  const rows = await tx.query<{ id: string; arm: LeaseArm }>(
    `SELECT i.id, coalesce(a.arm, 'unranked') AS arm FROM items i
     JOIN annotations a ON a.item_id = i.id AND a.annotator_id = $2 AND a.superseded_at IS NULL
       AND a.supersedes_id IS NULL AND a.skip_reason = ANY($4)
     WHERE i.project_id = $1 AND NOT i.is_holdout AND i.status = 'skipped' AND NOT EXISTS (
       SELECT 1 FROM leases l
       WHERE l.item_id = i.id AND l.annotator_id = $2 AND l.closed_at IS NULL AND l.expires_at > $3)
     ORDER BY a.created_at, i.id LIMIT $5 ${holdSql}`,
    [projectId, annotatorId, now, undecidedSkips, limit],
  );
  return rows.map(({ id, arm }) => withoutRank(id, arm));
}
