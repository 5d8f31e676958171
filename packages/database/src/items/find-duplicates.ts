import type { Queryable } from '../core/database.js';

export interface Duplicate {
  /** Index in the rows that were given. */
  readonly row: number;
  readonly reason: 'external-id' | 'content';
}

type Row = { readonly externalId?: string | undefined; readonly contentHash: string };

/** Rows whose external id or content the project has already, or an earlier one of these rows. */
export async function findDuplicates(
  db: Queryable,
  projectId: string,
  rows: readonly Row[],
): Promise<Duplicate[]> {
  return duplicatesAmong(rows, await findStored(db, projectId, rows));
}

/** What the items of a project are told apart by. */
export interface Stored {
  readonly externalIds: ReadonlySet<string>;
  readonly contents: ReadonlySet<string>;
}

/** Rows whose external id or content is stored, or is that of an earlier row. */
export function duplicatesAmong(rows: readonly Row[], stored: Stored): Duplicate[] {
  const externalIds = new Set(stored.externalIds);
  const contents = new Set(stored.contents);
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

/** Which external ids and contents of these rows the items of the project have. */
export async function findStored(db: Queryable, projectId: string, rows: readonly Row[]): Promise<Stored> {
  const externalIds = new Set<string>();
  const contents = new Set<string>();
  if (rows.length === 0) return { externalIds, contents };
  const known = await db.query<{ external_id: string | null; content_hash: string | null }>(lookupSql, [
    projectId,
    rows.flatMap((row) => row.externalId ?? []),
    rows.map((row) => row.contentHash),
  ]);
  for (const { external_id, content_hash } of known) {
    if (external_id !== null) externalIds.add(external_id);
    if (content_hash !== null) contents.add(content_hash);
  }
  return { externalIds, contents };
}

/**
 * A look into the unique index for each value, which LIMIT forces: asked for all at once, and without statistics about
 * a project that has just begun to grow, the planner reads the whole project for each batch.
 */
const lookupSql = `
  SELECT i.external_id, NULL AS content_hash FROM unnest($2::text[]) AS wanted(id) CROSS JOIN LATERAL
    (SELECT external_id FROM items WHERE project_id = $1 AND external_id = wanted.id LIMIT 1) i
  UNION ALL
  SELECT NULL, i.content_hash FROM unnest($3::text[]) AS wanted(hash) CROSS JOIN LATERAL
    (SELECT content_hash FROM items WHERE project_id = $1 AND content_hash = wanted.hash LIMIT 1) i`;
