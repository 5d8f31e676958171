import type { Database } from '../core/database.js';
import { withSnapshot } from '../core/stream.js';

export interface PoolRow {
  readonly itemId: string;
  /** The label; null: none. */
  readonly classKey: string | null;
  /** The label was chosen without regard to a ranking. */
  readonly isRandom: boolean;
  readonly isHoldout: boolean;
  /** Why it was skipped; null: it was not. */
  readonly skip: string | null;
}

export interface PoolReader {
  /** The last label event that the rows reflect. */
  readonly labelSeq: number;
  readonly rows: AsyncGenerator<PoolRow, void, undefined>;
}

/**
 * The items of a project, the held-out ones too, in the order of their ids: of one snapshot, in constant memory.
 * `rows` can be read until `read` resolves.
 */
export async function readPool<T>(
  db: Database,
  projectId: string,
  read: (pool: PoolReader) => Promise<T>,
): Promise<T> {
  return withSnapshot(db, async (snapshot) => {
    const [project] = await snapshot.query<{ label_seq: number }>(
      'SELECT label_seq FROM projects WHERE id = $1',
      [projectId],
    );
    const rows = snapshot.stream<PoolRow>(
      `SELECT i.id AS "itemId", lab.class_key AS "classKey", coalesce(lab.is_random, false) AS "isRandom",
         i.is_holdout AS "isHoldout",
         CASE WHEN i.status = 'skipped' THEN (
           SELECT e.skip FROM label_events e WHERE e.item_id = i.id ORDER BY e.seq DESC LIMIT 1) END AS skip
       FROM items i LEFT JOIN labels lab ON lab.item_id = i.id
       WHERE i.project_id = $1 ORDER BY i.id COLLATE "C"`,
      [projectId],
      { batchSize: 5000 },
    );
    return read({ labelSeq: project?.label_seq ?? 0, rows });
  });
}
