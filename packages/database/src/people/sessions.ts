import { createHash } from 'node:crypto';
import type { User } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { newId } from '../core/ids.js';
import { toUser } from './users.js';

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
  now: Date = new Date(),
  slideMs = 0,
): Promise<SessionRecord | null> {
  const session = await db.prisma.session.findUnique({
    where: { tokenHash: bytes(hashToken(token)) },
    include: { user: true },
  });
  if (!session || session.revokedAt || session.expiresAt <= now || session.user.disabledAt) return null;
  if (now.getTime() - session.lastSeenAt.getTime() > 60_000) {
    await db.query(
      `UPDATE sessions SET last_seen_at = $2, expires_at = greatest(expires_at, $3)
       WHERE id = $1 AND last_seen_at < $2`,
      [session.id, now, new Date(now.getTime() + slideMs)],
    );
  }
  const { id, csrfToken, expiresAt } = session;
  return { id, user: toUser(session.user), csrfToken, expiresAt };
}

/** Revoking twice changes nothing. */
export async function revokeSession(db: Queryable, sessionId: string, now: Date = new Date()): Promise<void> {
  await db.prisma.session.updateMany({
    where: { id: sessionId, revokedAt: null },
    data: { revokedAt: now },
  });
}

/** Prisma's type asks for bytes over an ArrayBuffer of their own. */
export function bytes(buffer: Buffer): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(buffer);
}
