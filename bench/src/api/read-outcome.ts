import type { Queryable } from '@tangent/database';
import type { KeptAnnotation } from './compare-logs.js';

/** All answers that a project ever had. */
export function readAnnotations(db: Queryable, projectId: string): Promise<KeptAnnotation[]> {
  return db.query<KeptAnnotation>(
    `SELECT id, item_id AS "itemId", annotator_id AS "annotatorId", lease_id AS "leaseId", class_key AS "classKey",
       skip_reason AS "skipReason", superseded_at IS NULL AS "isLive"
     FROM annotations WHERE project_id = $1`,
    [projectId],
  );
}

/** What is wrong within the database itself, in rows. */
export interface Inconsistencies {
  /** Leases of an item that began before an earlier one had ended (overlap 1), and the longest of these times. */
  readonly leasedTwice: number;
  readonly longestMs: number;
  /** Items whose label, status or number of answers is not what their answers make of it. */
  readonly mislabeled: number;
  /** Gaps and repetitions in the order of label events. */
  readonly eventsAstray: number;
}

export async function readInconsistencies(db: Queryable, projectId: string): Promise<Inconsistencies> {
  const [leases] = await db.query<{ n: number; ms: number }>(
    `WITH spans AS (
       SELECT item_id, created_at AS starts, least(coalesce(closed_at, 'infinity'), expires_at) AS ends
       FROM leases WHERE project_id = $1),
     after AS (
       SELECT starts, max(ends) OVER (PARTITION BY item_id ORDER BY starts, ends
         ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before FROM spans)
     SELECT count(*)::int AS n, coalesce(max(extract(epoch FROM before - starts)) * 1000, 0)::float8 AS ms
     FROM after WHERE before > starts`,
    [projectId],
  );
  const [items] = await db.query<{ n: number }>(
    `WITH live AS (
       SELECT item_id, count(*) AS n, max(class_key) AS class_key, max(skip_reason) AS skip FROM annotations
       WHERE project_id = $1 AND superseded_at IS NULL GROUP BY item_id)
     SELECT count(*)::int AS n FROM items i LEFT JOIN live ON live.item_id = i.id LEFT JOIN labels l ON l.item_id = i.id
     WHERE i.project_id = $1 AND i.imported_class IS NULL AND NOT i.is_holdout
       AND (i.num_annotations <> coalesce(live.n, 0) OR l.class_key IS DISTINCT FROM live.class_key
         OR i.status::text <> CASE WHEN live.class_key IS NOT NULL THEN 'labeled'
           WHEN live.skip IS NOT NULL THEN 'skipped' ELSE 'unlabeled' END)`,
    [projectId],
  );
  const [events] = await db.query<{ n: number }>(
    `SELECT abs(p.label_seq - count(e.seq))::int + abs(p.label_seq - coalesce(max(e.seq), 0))::int AS n
     FROM projects p LEFT JOIN label_events e ON e.project_id = p.id WHERE p.id = $1 GROUP BY p.id`,
    [projectId],
  );
  return {
    leasedTwice: leases!.n,
    longestMs: leases!.ms,
    mislabeled: items!.n,
    eventsAstray: events!.n,
  };
}

export interface LeaseEnds {
  readonly closedBy: string;
  readonly count: number;
}

/** How the leases of a project ended. */
export function readLeaseEnds(db: Queryable, projectId: string): Promise<LeaseEnds[]> {
  return db.query<LeaseEnds>(
    `SELECT coalesce(closed_by, 'open') AS "closedBy", count(*)::int AS count FROM leases
     WHERE project_id = $1 GROUP BY 1 ORDER BY 1`,
    [projectId],
  );
}
