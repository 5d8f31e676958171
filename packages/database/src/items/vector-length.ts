import type { Queryable } from '../core/database.js';

/** Numbers of each vector that the project has; all have as many. Null without any. */
export async function getVectorLength(
  db: Pick<Queryable, 'query'>,
  projectId: string,
): Promise<number | null> {
  const [row] = await db.query<{ length: number }>(
    'SELECT octet_length(vector) / 4 AS length FROM items WHERE project_id = $1 AND vector IS NOT NULL LIMIT 1',
    [projectId],
  );
  return row?.length ?? null;
}
