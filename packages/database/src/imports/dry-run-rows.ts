import type { Queryable, Tx } from '../core/database.js';
import { findDuplicates } from '../items/find-duplicates.js';
import type { NewItem } from '../items/insert-items.js';

/** Notes rows as a dry run sees them; how many are duplicates, of items or of earlier rows of its file. */
export async function tryRows(
  tx: Tx,
  operationId: string,
  projectId: string,
  rows: readonly NewItem[],
): Promise<number> {
  const ofItems = new Set((await findDuplicates(tx, projectId, rows)).map(({ row }) => row));
  const fresh = rows.filter((_, i) => !ofItems.has(i));
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
