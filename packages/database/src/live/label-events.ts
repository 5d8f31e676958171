import type { Queryable } from '../core/database.js';

/** A change of an item's label or skip; the numbers of a project leave no gap. */
export interface LabelEventRecord {
  readonly seq: number;
  readonly itemId: string;
  /** The label from now on; null: none. */
  readonly classKey: string | null;
  /** The reason of the skip from now on; null: not skipped. */
  readonly skip: string | null;
  readonly createdAt: Date;
}

/** The events after `seq`, in their order. */
export async function labelEventsSince(
  db: Queryable,
  { projectId, seq, limit }: { projectId: string; seq: number; limit: number },
): Promise<LabelEventRecord[]> {
  return db.query<LabelEventRecord>(
    `SELECT seq, item_id AS "itemId", class_key AS "classKey", skip, created_at AS "createdAt"
     FROM label_events WHERE project_id = $1 AND seq > $2 ORDER BY seq LIMIT $3`,
    [projectId, seq, limit],
  );
}

export interface LiveProject {
  readonly projectId: string;
  /** The last round that is done; it has a model. */
  readonly roundId: string;
  /** The last label event. */
  readonly labelSeq: number;
}

/** Projects that can have a live model: those whose last round that is done trained one, and was no cold start. */
export async function listLiveProjects(db: Queryable): Promise<LiveProject[]> {
  return db.query<LiveProject>(
    `SELECT p.id AS "projectId", r.id AS "roundId", p.label_seq AS "labelSeq"
     FROM projects p CROSS JOIN LATERAL (
       SELECT id, model_version_id FROM rounds WHERE project_id = p.id AND status = 'done' ORDER BY number DESC LIMIT 1) r
     WHERE p.deleted_at IS NULL AND r.model_version_id IS NOT NULL ORDER BY p.id`,
  );
}
