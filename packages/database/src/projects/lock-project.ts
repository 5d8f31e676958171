import type { Tx } from '../core/database.js';
import { noProject } from './projects.js';

/**
 * Holds the project's row until the transaction ends: whoever gives out a number of the project (label event,
 * round, model), or makes a round active, holds it. Statements after this one see what others did before.
 *
 * Order of locks, against deadlocks: the settings in force, items, live ranking, project, round, webhooks by id. Throws not-found.
 */
export async function lockProject(tx: Tx, projectId: string): Promise<void> {
  const rows = await tx.query(
    'SELECT 1 FROM projects WHERE id = $1 AND deleted_at IS NULL FOR NO KEY UPDATE',
    [projectId],
  );
  if (rows.length === 0) throw noProject(projectId);
}
