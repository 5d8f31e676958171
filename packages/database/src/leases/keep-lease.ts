import { TangentError } from '@tangent/contracts';
import { isLeaseLive, leaseExpiry } from '@tangent/labeling';
import type { Database, Queryable, Sql } from '../core/database.js';

interface LeaseRow {
  annotator_id: string;
  expires_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
}

/** Prolongs a live lease by the project's leaseMs. Throws lease-expired, lease-not-yours, not-found. */
export async function heartbeatLease(
  db: Database,
  input: { leaseId: string; annotatorId: string; now?: Date },
): Promise<{ leaseId: string; fence: number; expiresAt: string }> {
  const { leaseId, annotatorId, now = db.now() } = input;
  const [found] = await db.query<{ lease_ms: number }>(
    `SELECT (p.settings ->> 'leaseMs')::int AS lease_ms
     FROM leases l JOIN projects p ON p.id = l.project_id WHERE l.id = $1`,
    [leaseId],
  );
  if (!found) throw noLease(leaseId);
  const [row] = await db.query<{ fence: number; expires_at: Date }>(
    `UPDATE leases SET expires_at = greatest(expires_at, $4)
     WHERE id = $1 AND annotator_id = $2 AND closed_at IS NULL AND expires_at > $3
     RETURNING fence, expires_at`,
    [leaseId, annotatorId, now, leaseExpiry(now, found.lease_ms)],
  );
  if (!row) throw await whyNotHeld(db, leaseId, annotatorId, now);
  return { leaseId, fence: row.fence, expiresAt: row.expires_at.toISOString() };
}

/** Gives the item back; a lease that has ended stays as it is. Throws lease-not-yours, not-found. */
export async function releaseLease(
  db: Database,
  input: { leaseId: string; annotatorId: string; now?: Date },
): Promise<void> {
  const { leaseId, annotatorId, now = db.now() } = input;
  const released = await db.query(
    `UPDATE leases SET closed_at = $3, closed_by = 'released'
     WHERE id = $1 AND annotator_id = $2 AND closed_at IS NULL RETURNING 1`,
    [leaseId, annotatorId, now],
  );
  if (released.length > 0) return;
  const why = await whyNotHeld(db, leaseId, annotatorId, now);
  if (why.code !== 'lease-expired') throw why;
}

/**
 * Gives several items back, in a transaction that goes on. Leases that have ended stay as they are.
 * Throws lease-not-yours, not-found.
 */
export async function releaseLeases(
  tx: Sql,
  input: { leaseIds: readonly string[]; annotatorId: string; now: Date },
): Promise<void> {
  const { leaseIds, annotatorId, now } = input;
  const released = await tx.query<{ id: string }>(
    `UPDATE leases SET closed_at = $3, closed_by = 'released'
     WHERE id = ANY($1) AND annotator_id = $2 AND closed_at IS NULL RETURNING id`,
    [leaseIds, annotatorId, now],
  );
  const done = new Set(released.map(({ id }) => id));
  for (const leaseId of leaseIds) {
    if (done.has(leaseId)) continue;
    const why = await whyNotHeld(tx, leaseId, annotatorId, now);
    if (why.code !== 'lease-expired') throw why;
  }
}

async function whyNotHeld(db: Sql, leaseId: string, annotatorId: string, now: Date): Promise<TangentError> {
  const [row] = await db.query<LeaseRow>(
    'SELECT annotator_id, expires_at, closed_at, closed_by FROM leases WHERE id = $1',
    [leaseId],
  );
  if (!row) return noLease(leaseId);
  if (row.annotator_id !== annotatorId)
    return new TangentError('lease-not-yours', `The lease ${leaseId} belongs to another annotator.`);
  const isLive = isLeaseLive({ closedAt: row.closed_at, expiresAt: row.expires_at }, now);
  if (isLive) return new TangentError('internal', `The lease ${leaseId} is live but could not be changed.`);
  return leaseEnded(leaseId, row.closed_by, row.expires_at);
}

/** How a lease ended, and the way out. */
export function leaseEnded(leaseId: string, closedBy: string | null, expiresAt: Date): TangentError {
  const ends: Record<string, string> = {
    annotated: 'was answered already',
    released: 'was given back',
  };
  const how = ends[closedBy ?? ''] ?? `expired at ${expiresAt.toISOString()}`;
  return new TangentError(
    'lease-expired',
    `The lease ${leaseId} ${how}. Ask for the next item with a new lease.`,
  );
}

function noLease(leaseId: string): TangentError {
  return new TangentError('not-found', `There is no lease ${leaseId}.`);
}

/** Closes what has expired, in all projects; its number. leaseNext closes those that it meets by itself. */
export async function reclaimExpiredLeases(db: Queryable, now: Date = db.now()): Promise<number> {
  // Rows that somebody works on are left for the next time, or the two could wait for each other.
  const rows = await db.query(
    `UPDATE leases SET closed_at = $1, closed_by = 'expired' WHERE id IN (
       SELECT id FROM leases WHERE closed_at IS NULL AND expires_at <= $1 LIMIT 10000 FOR NO KEY UPDATE SKIP LOCKED)
     RETURNING 1`,
    [now],
  );
  return rows.length;
}

/** Items that somebody holds: pending for the live ranking. */
export async function liveLeases(db: Queryable, projectId: string, now: Date = db.now()): Promise<string[]> {
  const rows = await db.query<{ item_id: string }>(
    `SELECT DISTINCT item_id FROM leases
     WHERE project_id = $1 AND closed_at IS NULL AND expires_at > $2 ORDER BY item_id`,
    [projectId, now],
  );
  return rows.map((row) => row.item_id);
}
