import type { Role } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';

/** Whether an item is gold that this user is not to know of: annotators none, others none that they are about to answer. */
export async function isSecretGold(
  db: Queryable,
  { itemId, userId, role }: { itemId: string; userId: string; role: Role },
): Promise<boolean> {
  const rows = await db.query(
    `SELECT 1 FROM items i WHERE i.id = $1 AND i.is_gold AND ($2 OR EXISTS (
       SELECT 1 FROM leases l
       WHERE l.item_id = i.id AND l.annotator_id = $3 AND l.closed_at IS NULL AND l.expires_at > $4))`,
    [itemId, role === 'annotator', userId, db.now()],
  );
  return rows.length > 0;
}
