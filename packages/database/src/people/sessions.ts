import { createHash } from 'node:crypto';
import { TangentError, type User } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { newId } from '../core/ids.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { inTransaction } from '../core/transaction.js';
import { unhurriedSql } from '../core/unhurried.js';
import { audit } from './audit.js';
import { type Actor, toUser, type UserOfCredential, userColumns, userOf } from './users.js';

/** SHA-256: all that is stored of a session's or an API token's secret. Enough, for the secrets are random. */
export function hashToken(token: string): Buffer {
  return createHash('sha256').update(token).digest();
}

export interface SessionRecord {
  readonly id: string;
  readonly user: User;
  readonly csrfToken: string;
  readonly expiresAt: Date;
}

export interface NewSession {
  readonly userId: string;
  readonly token: string;
  readonly csrfToken: string;
  readonly expiresAt: Date;
  readonly userAgent?: string | undefined;
}

export async function createSession(db: Queryable, input: NewSession): Promise<SessionRecord> {
  const { user, ...row } = await db.prisma.session.create({
    data: {
      id: newId('session'),
      userId: input.userId,
      tokenHash: bytes(hashToken(input.token)),
      csrfToken: input.csrfToken,
      expiresAt: input.expiresAt,
      userAgent: input.userAgent?.slice(0, 500) ?? null,
    },
    include: { user: true },
  });
  return { id: row.id, user: toUser(user), csrfToken: row.csrfToken, expiresAt: row.expiresAt };
}

/**
 * Null: unknown, expired, revoked, or the user is disabled. Once a minute it notes when it was last seen, and
 * prolongs the session to `slideMs` from now (default: not at all).
 */
export async function findSession(
  db: Queryable,
  token: string,
  now: Date = db.now(),
  slideMs = 0,
): Promise<SessionRecord | null> {
  const [session] = await db.query<
    UserOfCredential & { csrf_token: string; expires_at: Date; is_seen: boolean }
  >(
    `SELECT s.id, s.csrf_token, s.expires_at, s.last_seen_at >= $2::timestamptz - interval '1 minute' AS is_seen,
       ${userColumns}
     FROM sessions s JOIN users u ON u.id = s.user_id
     WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.expires_at > $2 AND u.disabled_at IS NULL`,
    [hashToken(token), now],
  );
  if (!session) return null;
  if (!session.is_seen) {
    await db.query(
      `WITH ${unhurriedSql}
       UPDATE sessions SET last_seen_at = $2, expires_at = greatest(expires_at, $3) FROM unhurried
       WHERE id = $1 AND last_seen_at < $2`,
      [session.id, now, new Date(now.getTime() + slideMs)],
    );
  }
  const { id, csrf_token, expires_at } = session;
  return { id, user: userOf(session), csrfToken: csrf_token, expiresAt: expires_at };
}

export interface SessionListEntry {
  readonly id: string;
  readonly userId: string;
  readonly userAgent: string | null;
  readonly createdAt: string;
  readonly lastSeenAt: string;
  readonly expiresAt: string;
}

/** A user's sessions that still hold, newest first. */
export async function listSessions(
  db: Queryable,
  { userId, cursor, limit, now = db.now() }: PageRequest & { userId: string; now?: Date },
): Promise<Page<SessionListEntry>> {
  const after = decodeCursor(cursor, 's');
  const rows = await db.prisma.session.findMany({
    where: {
      userId,
      revokedAt: null,
      expiresAt: { gt: now },
      ...(after && { id: { lt: after[0] as string } }),
    },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    ({ id, userAgent, createdAt, lastSeenAt, expiresAt }) => ({
      id,
      userId,
      userAgent,
      createdAt: createdAt.toISOString(),
      lastSeenAt: lastSeenAt.toISOString(),
      expiresAt: expiresAt.toISOString(),
    }),
    ({ id }) => [id],
  );
}

/** Logs a session out. Doing so twice changes nothing. */
export async function endSession(db: Queryable, sessionId: string, now: Date = db.now()): Promise<void> {
  await db.prisma.session.updateMany({
    where: { id: sessionId, revokedAt: null },
    data: { revokedAt: now },
  });
}

/** Throws not-found when the owner has no such session (any more); without an owner it may be anybody's. */
export async function revokeSession(
  db: Database,
  input: { sessionId: string; ownerId: string | undefined; actor: Actor; now?: Date },
): Promise<void> {
  const { sessionId, ownerId, actor, now = db.now() } = input;
  await inTransaction(db, async (tx) => {
    const [ended] = await tx.query<{ user_id: string }>(
      `UPDATE sessions SET revoked_at = $2
       WHERE id = $1 AND revoked_at IS NULL AND ($3::text IS NULL OR user_id = $3) RETURNING user_id`,
      [sessionId, now, ownerId ?? null],
    );
    if (!ended) throw new TangentError('not-found', `There is no session ${sessionId} that you may end.`);
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'session.revoke',
      targetType: 'session',
      targetId: sessionId,
      detail: { userId: ended.user_id },
    });
  });
}

/** Prisma's type asks for bytes over an ArrayBuffer of their own. */
export function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer);
}
