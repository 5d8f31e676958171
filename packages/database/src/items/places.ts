import type { Queryable } from '../core/database.js';

export interface Place {
  /** 1 = best. */
  readonly rank: number;
  readonly score: number;
}

/** Where items stand in the live ranking; those that it does not hold are absent. */
export async function placesInRanking(
  db: Queryable,
  projectId: string,
  itemIds: readonly string[],
): Promise<Map<string, Place>> {
  if (itemIds.length === 0) return new Map();
  const rows = await db.query<{ id: string; n: number; score_bytes: Buffer }>(
    `SELECT u.id, u.n::int AS n, substring(k.scores FROM (4 * u.n - 3)::int FOR 4) AS score_bytes
     FROM rankings k, unnest(k.item_ids) WITH ORDINALITY u(id, n)
     WHERE k.project_id = $1 AND k.kind = 'live' AND u.id = ANY($2)`,
    [projectId, itemIds],
  );
  return new Map(rows.map(({ id, n, score_bytes }) => [id, { rank: n, score: score_bytes.readFloatLE() }]));
}
