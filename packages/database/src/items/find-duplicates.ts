import type { Queryable } from '../core/database.js';

export interface Duplicate {
  /** Index in the rows that were given. */
  readonly row: number;
  readonly reason: 'external-id' | 'content';
}

/** Rows whose external id or content the project has already, or an earlier one of these rows. */
export async function findDuplicates(
  db: Queryable,
  projectId: string,
  rows: readonly { readonly externalId?: string | undefined; readonly contentHash: string }[],
): Promise<Duplicate[]> {
  if (rows.length === 0) return [];
  const known = await db.query<{ external_id: string | null; content_hash: string | null }>(
    `SELECT external_id, NULL AS content_hash FROM items WHERE project_id = $1 AND external_id = ANY($2)
     UNION ALL
     SELECT NULL, content_hash FROM items WHERE project_id = $1 AND content_hash = ANY($3)`,
    [projectId, rows.flatMap((row) => row.externalId ?? []), rows.map((row) => row.contentHash)],
  );
  const externalIds = new Set(known.map((row) => row.external_id));
  const contents = new Set(known.map((row) => row.content_hash));
  const duplicates: Duplicate[] = [];
  for (const [i, { externalId, contentHash }] of rows.entries()) {
    if (externalId !== undefined && externalIds.has(externalId)) {
      duplicates.push({ row: i, reason: 'external-id' });
    } else if (contents.has(contentHash)) {
      duplicates.push({ row: i, reason: 'content' });
    } else {
      if (externalId !== undefined) externalIds.add(externalId);
      contents.add(contentHash);
    }
  }
  return duplicates;
}
