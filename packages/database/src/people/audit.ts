import type { Queryable, Sql } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';

export interface AuditInput {
  readonly actorId: string | null;
  /** What was done, e.g. `project.create`. */
  readonly action: string;
  readonly targetType: string;
  readonly targetId?: string | null;
  readonly detail?: Record<string, unknown>;
  readonly ip?: string | undefined;
}

/** In the transaction of what it records. */
export async function audit(tx: Sql, entry: AuditInput): Promise<void> {
  await tx.query(
    'INSERT INTO audit (actor_id, action, target_type, target_id, detail, ip) VALUES ($1, $2, $3, $4, $5, $6)',
    [
      entry.actorId,
      entry.action,
      entry.targetType,
      entry.targetId ?? null,
      JSON.stringify(entry.detail ?? {}),
      entry.ip ?? null,
    ],
  );
}

export interface AuditRecord {
  readonly id: string;
  readonly at: string;
  readonly actorId: string | null;
  readonly action: string;
  readonly targetType: string;
  readonly targetId: string | null;
  readonly detail: Record<string, unknown>;
  readonly ip: string | null;
}

export interface AuditFilter {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly targetId?: string | undefined;
  /** What was done to a project, or to something in it. */
  readonly projectId?: string | undefined;
  /** Not before. */
  readonly from?: Date | undefined;
  /** Before. */
  readonly until?: Date | undefined;
}

interface AuditRow extends Omit<AuditRecord, 'id' | 'at'> {
  readonly id: string;
  readonly at: Date;
}

/**
 * Entries name what was done; those of a project are of itself, of what can be found in it by its id, and those that
 * name it in their detail, as what creates and removes does.
 */
const ofProjectSql = `(target_id = $8 OR detail->>'projectId' = $8
  OR target_type = 'round' AND target_id IN (SELECT id FROM rounds WHERE project_id = $8)
  OR target_type = 'webhook' AND target_id IN (SELECT id FROM webhooks WHERE project_id = $8)
  OR target_type = 'delivery' AND target_id IN
    (SELECT d.id FROM webhook_deliveries d JOIN webhooks w ON w.id = d.webhook_id WHERE w.project_id = $8)
  OR target_type = 'network' AND target_id IN (SELECT id FROM imported_networks WHERE project_id = $8)
  OR target_type = 'operation' AND target_id IN (SELECT id FROM operations WHERE project_id = $8))`;

/** Newest first; of the filters, all must fit. */
export async function listAudit(
  db: Pick<Queryable, 'query'>,
  input: AuditFilter & PageRequest,
): Promise<Page<AuditRecord>> {
  const { cursor, limit, actorId, action, targetId, projectId, from, until } = input;
  const after = decodeCursor(cursor, 't');
  const rows = await db.query<AuditRow>(
    `SELECT id::text, at, actor_id AS "actorId", action, target_type AS "targetType", target_id AS "targetId", detail, ip
     FROM audit
     WHERE ($1::bigint IS NULL OR id < $1) AND ($2::text IS NULL OR actor_id = $2)
       AND ($3::text IS NULL OR action = $3) AND ($4::text IS NULL OR target_id = $4)
       AND ($5::timestamptz IS NULL OR at >= $5) AND ($6::timestamptz IS NULL OR at < $6)
       AND ($8::text IS NULL OR ${ofProjectSql})
     ORDER BY audit.id DESC LIMIT $7`,
    [
      after?.[0] ?? null,
      actorId ?? null,
      action ?? null,
      targetId ?? null,
      from ?? null,
      until ?? null,
      limit + 1,
      projectId ?? null,
    ],
  );
  return pageOf(
    rows,
    limit,
    (row) => ({ ...row, at: row.at.toISOString() }),
    (row) => [Number(row.id)],
  );
}

/** All entries that fit, newest first, some hundred in memory at a time; what is added meanwhile is left out. */
export async function* eachAudit(
  db: Pick<Queryable, 'query'>,
  filter: AuditFilter,
): AsyncGenerator<AuditRecord, void, undefined> {
  let cursor: string | null | undefined;
  do {
    const page: Page<AuditRecord> = await listAudit(db, {
      ...filter,
      limit: 500,
      cursor: cursor ?? undefined,
    });
    yield* page.items;
    cursor = page.nextCursor;
  } while (cursor !== null);
}
