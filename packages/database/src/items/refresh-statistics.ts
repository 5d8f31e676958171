import type { Queryable } from '../core/database.js';

/**
 * Lets the planner know how large the tables of items have become: until autovacuum comes round, which may take minutes,
 * it plans as if a pool that was just imported were empty. Costs a second at most, whatever the size, for it looks at a
 * sample; a table that is being looked at already is passed over. A role that neither owns the tables nor may MAINTAIN
 * them is answered with a warning by the server, and nothing more: see docs/runbook.md.
 */
export async function refreshStatistics(db: Pick<Queryable, 'query'>): Promise<void> {
  await db.query('ANALYZE (SKIP_LOCKED) items, labels, label_events');
}
