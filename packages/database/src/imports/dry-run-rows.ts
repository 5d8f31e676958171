import type { Queryable, Tx } from '../core/database.js';
import { findStored } from '../items/find-duplicates.js';
import type { NewItem } from '../items/insert-items.js';

/**
 * Notes rows as a dry run sees them; how many are duplicates, of items or of earlier rows of its file. A row counts as
 * earlier only where it was noted itself, as an import compares with what it inserted.
 */
export async function tryRows(
  tx: Tx,
  operationId: string,
  projectId: string,
  rows: readonly NewItem[],
): Promise<number> {
  const stored = await findStored(tx, projectId, rows);
  const fresh = rows.filter(
    ({ externalId, contentHash }) =>
      !(externalId !== undefined && stored.externalIds.has(externalId)) && !stored.contents.has(contentHash),
  );
  if (fresh.length === 0) return rows.length;
  const noted = await tx.query(
    `INSERT INTO dry_run_rows (operation_id, content_hash, external_id)
     SELECT $1, content_hash, external_id FROM unnest($2::text[], $3::text[]) r(content_hash, external_id)
     ON CONFLICT DO NOTHING RETURNING 1`,
    [operationId, fresh.map((row) => row.contentHash), fresh.map((row) => row.externalId ?? null)],
  );
  return rows.length - noted.length;
}

/** The operation is over. */
export async function forgetRows(tx: Queryable, operationId: string): Promise<void> {
  await tx.query('DELETE FROM dry_run_rows WHERE operation_id = $1', [operationId]);
}
