import type { Queryable } from '../core/database.js';
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
export async function audit(tx: Queryable, entry: AuditInput): Promise<void> {
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

export interface ListAuditInput extends PageRequest {
  readonly actorId?: string | undefined;
  readonly action?: string | undefined;
  readonly targetId?: string | undefined;
  /** Not before. */
  readonly from?: Date | undefined;
  /** Before. */
  readonly until?: Date | undefined;
}

/** Newest first; of the filters, all must fit. */
export async function listAudit(db: Queryable, input: ListAuditInput): Promise<Page<AuditRecord>> {
  const { cursor, limit, actorId, action, targetId, from, until } = input;
  const after = decodeCursor(cursor, 't');
  const rows = await db.prisma.auditEntry.findMany({
    where: {
      ...(after && { id: { lt: BigInt(after[0]!) } }),
      ...(actorId !== undefined && { actorId }),
      ...(action !== undefined && { action }),
      ...(targetId !== undefined && { targetId }),
      ...((from || until) && { at: { ...(from && { gte: from }), ...(until && { lt: until }) } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    (row) => ({
      ...row,
      id: String(row.id),
      at: row.at.toISOString(),
      detail: row.detail as Record<string, unknown>,
    }),
    (row) => [Number(row.id)],
  );
}
