import type { ItemStatus } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import {
  type ItemRecord,
  type ItemRow,
  isLeasedSql,
  itemColumns,
  itemJoins,
  toItem,
} from './item-records.js';
import { type Place, placesInRanking } from './places.js';

export type RankedItemRecord = ItemRecord & { readonly rank: number | null; readonly score: number | null };

export interface ListItemsInput extends PageRequest {
  readonly projectId: string;
  /** `unlabeled` takes those in that somebody holds, `leased` are only those. */
  readonly status?: ItemStatus | undefined;
  /** created: in the order of import. rank: by the live ranking, then what it does not know in the order of import. */
  readonly order: 'rank' | 'created';
  /** Default false: the pool. True: the held-out items. */
  readonly holdout?: boolean | undefined;
  /** Whether gold items are left out, as from what annotators see. Default false. */
  readonly hidesGold?: boolean;
  /** Only items with this label. */
  readonly label?: string | undefined;
  /** Only items whose text or own id holds this, whatever the case. */
  readonly text?: string | undefined;
  readonly now?: Date;
}

/** Ranks are places in the live ranking, 1 = best. */
export async function listItems(db: Queryable, input: ListItemsInput): Promise<Page<RankedItemRecord>> {
  return input.order === 'rank' ? listByRank(db, input) : listByOrdinal(db, input);
}

/** Parameters $1 … $6 of both lists: now, project, holdout, status, label, pattern of the text. */
function parameters(db: Queryable, input: ListItemsInput): unknown[] {
  const { now = db.now(), projectId, holdout = false, status, label, text } = input;
  const pattern = text === undefined ? null : `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  return [
    now,
    projectId,
    holdout,
    status === 'leased' ? 'unlabeled' : (status ?? null),
    label ?? null,
    pattern,
  ];
}

function filterSql({ status, hidesGold = false }: ListItemsInput): string {
  const filter = `i.project_id = $2 AND i.is_holdout = $3 AND ($4::item_status IS NULL OR i.status = $4::item_status)
     AND ($5::text IS NULL OR lab.class_key = $5)
     AND ($6::text IS NULL OR i.text ILIKE $6 OR i.external_id ILIKE $6)${hidesGold ? ' AND NOT i.is_gold' : ''}`;
  return status === 'leased' ? `${filter} AND ${isLeasedSql}` : filter;
}

async function listByOrdinal(db: Queryable, input: ListItemsInput): Promise<Page<RankedItemRecord>> {
  const after = decodeCursor(input.cursor, 'n');
  const rows = await db.query<ItemRow>(
    `SELECT ${itemColumns} FROM items i ${itemJoins}
     WHERE ${filterSql(input)} AND i.ordinal > $7 ORDER BY i.ordinal LIMIT $8`,
    [...parameters(db, input), after?.[0] ?? -1, input.limit + 1],
  );
  const places = await placesInRanking(
    db,
    input.projectId,
    rows.map((row) => row.id),
  );
  return pageOf(
    rows,
    input.limit,
    (row) => ranked(row, places.get(row.id)),
    (row) => [row.ordinal],
  );
}

type PlacedRow = ItemRow & { place: number | null; score_bytes: Buffer | null };

/** The cursor is (1, place) within the ranking and (2, ordinal) behind its end. */
async function listByRank(db: Queryable, input: ListItemsInput): Promise<Page<RankedItemRecord>> {
  const [part, after] = (decodeCursor(input.cursor, 'nn') ?? [1, 0]) as [number, number];
  const rows = part === 1 ? await rankedRows(db, input, after) : [];
  const numMissing = input.limit + 1 - rows.length;
  if (numMissing > 0) rows.push(...(await unrankedRows(db, input, part === 2 ? after : -1, numMissing)));
  return pageOf(
    rows,
    input.limit,
    (row) => {
      if (row.place === null) return ranked(row, undefined);
      return ranked(row, { rank: row.place, score: row.score_bytes!.readFloatLE() });
    },
    (row) => (row.place === null ? [2, row.ordinal] : [1, row.place]),
  );
}

/** Reads the ranking piece by piece, ever larger ones: a filter may leave little of each. */
async function rankedRows(db: Queryable, input: ListItemsInput, after: number): Promise<PlacedRow[]> {
  const wanted = input.limit + 1;
  const [live] = await db.query<{ num_ranked: number }>(
    `SELECT octet_length(scores) / 4 AS num_ranked FROM rankings WHERE project_id = $1 AND kind = 'live'`,
    [input.projectId],
  );
  const numRanked = live?.num_ranked ?? 0;
  const rows: PlacedRow[] = [];
  for (
    let from = after, size = 2 * wanted;
    rows.length < wanted && from < numRanked;
    from += size, size *= 4
  ) {
    rows.push(
      ...(await db.query<PlacedRow>(
        // Scores are cut out after the limit: each cut fetches a piece of a long value.
        `WITH page AS MATERIALIZED (
           SELECT ${itemColumns}, (r.n + $7)::int AS place, live.id AS ranking_id
           FROM rankings live, unnest(live.item_ids[$7 + 1:$8]) WITH ORDINALITY r(id, n)
           JOIN items i ON i.id = r.id ${itemJoins}
           WHERE live.project_id = $2 AND live.kind = 'live' AND ${filterSql(input)} ORDER BY r.n LIMIT $9)
         SELECT page.*, substring(k.scores FROM 4 * page.place - 3 FOR 4) AS score_bytes
         FROM page JOIN rankings k ON k.id = page.ranking_id ORDER BY page.place`,
        [...parameters(db, input), from, from + size, wanted - rows.length],
      )),
    );
  }
  return rows;
}

async function unrankedRows(
  db: Queryable,
  input: ListItemsInput,
  afterOrdinal: number,
  limit: number,
): Promise<PlacedRow[]> {
  return db.query<PlacedRow>(
    `SELECT ${itemColumns}, NULL::int AS place, NULL::bytea AS score_bytes
     FROM items i ${itemJoins}
     LEFT JOIN (SELECT unnest(item_ids) AS id FROM rankings WHERE project_id = $2 AND kind = 'live') r ON r.id = i.id
     WHERE ${filterSql(input)} AND r.id IS NULL AND i.ordinal > $7 ORDER BY i.ordinal LIMIT $8`,
    [...parameters(db, input), afterOrdinal, limit],
  );
}

function ranked(row: ItemRow, place: Place | undefined): RankedItemRecord {
  return { ...toItem(row), rank: place?.rank ?? null, score: place?.score ?? null };
}
