import type { Queryable } from '../core/database.js';

/** By what a task of somebody else's may be an item, the surest first. */
export interface TaskNames {
  readonly itemIds: readonly string[];
  readonly externalIds: readonly string[];
}

/** The item of each task, in their order; null: the project has none. Ids come before external ids. */
export async function findTaskItems(
  db: Queryable,
  projectId: string,
  tasks: readonly TaskNames[],
): Promise<(string | null)[]> {
  const rows = await db.query<{ id: string; external_id: string | null }>(
    `SELECT id, NULL AS external_id FROM items WHERE project_id = $1 AND id = ANY($2)
     UNION ALL
     SELECT id, external_id FROM items WHERE project_id = $1 AND external_id = ANY($3)`,
    [projectId, tasks.flatMap(({ itemIds }) => itemIds), tasks.flatMap(({ externalIds }) => externalIds)],
  );
  const ids = new Set(rows.map(({ id }) => id));
  const byExternalId = new Map(
    rows.flatMap(({ id, external_id }) => (external_id === null ? [] : [[external_id, id]])),
  );
  return tasks.map(({ itemIds, externalIds }) => {
    const itemId = itemIds.find((id) => ids.has(id));
    if (itemId !== undefined) return itemId;
    const externalId = externalIds.find((id) => byExternalId.has(id));
    return externalId === undefined ? null : byExternalId.get(externalId)!;
  });
}
