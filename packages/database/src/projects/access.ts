import type { Role } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import type { Viewer } from './projects.js';

/** not-found also when the viewer is no member: whether the thing exists is not theirs to know. */
export type Access =
  | { readonly kind: 'member'; readonly projectId: string; readonly role: Role }
  | { readonly kind: 'not-found' };

/** One query a request: the project of a thing and the viewer's role in it. */
const sqlOf = (table: string, projectColumn: string) => `
  SELECT p.id AS project_id, m.role
  FROM ${table} t
  JOIN projects p ON p.id = t.${projectColumn} AND p.deleted_at IS NULL
  LEFT JOIN members m ON m.project_id = p.id AND m.user_id = $2
  WHERE t.id = $1`;

function accessBy(sql: string) {
  return async (db: Queryable, viewer: Viewer, id: string): Promise<Access> => {
    const [row] = await db.query<{ project_id: string; role: Role | null }>(sql, [id, viewer.userId]);
    const role = viewer.isAdmin ? 'admin' : row?.role;
    if (!row || !role) return { kind: 'not-found' };
    return { kind: 'member', projectId: row.project_id, role };
  };
}

export const roleForProject = accessBy(sqlOf('projects', 'id'));
export const roleForItem = accessBy(sqlOf('items', 'project_id'));
export const roleForRound = accessBy(sqlOf('rounds', 'project_id'));
export const roleForLease = accessBy(sqlOf('leases', 'project_id'));
export const roleForAnnotation = accessBy(sqlOf('annotations', 'project_id'));
export const roleForOperation = accessBy(sqlOf('operations', 'project_id'));
export const roleForWebhook = accessBy(sqlOf('webhooks', 'project_id'));
export const roleForDelivery = accessBy(
  sqlOf(
    '(SELECT d.id, w.project_id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id)',
    'project_id',
  ),
);
