import type { Sql } from '../core/database.js';

// Answers are weighed by the settings that they find. Whoever weighs one holds this lock with all others who do; whoever
// changes the settings holds it alone, so that no answer is weighed by those before and written after the change. It is taken
// before all other locks.
const keySql = (projectId: string) => `hashtextextended('tangent answers ' || ${projectId}, 0)`;

/** Until the transaction ends, the settings by which the item's answers count stay as the next statement finds them. */
export async function keepSettings(tx: Sql, itemId: string): Promise<void> {
  await tx.query(
    `SELECT pg_advisory_xact_lock_shared(${keySql('project_id')})::text FROM items WHERE id = $1`,
    [itemId],
  );
}

/** Waits for all answers under way in the project, and lets new ones wait until the transaction ends. */
export async function changeSettings(tx: Sql, projectId: string): Promise<void> {
  await tx.query(`SELECT pg_advisory_xact_lock(${keySql('$1')})::text`, [projectId]);
}
