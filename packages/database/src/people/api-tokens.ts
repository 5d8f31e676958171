import { type Scope, TangentError, type User } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { newId } from '../core/ids.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { inTransaction } from '../core/transaction.js';
import { unhurriedSql } from '../core/unhurried.js';
import type { ApiToken } from '../generated/client.js';
import { audit } from './audit.js';
import { bytes, hashToken } from './sessions.js';
import { type Actor, type UserOfCredential, userColumns, userOf } from './users.js';

export interface ApiTokenRecord {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: Scope[];
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

/** Enough to recognise a token by, far too little to guess it. */
const prefixLength = 8;

export interface NewApiToken {
  readonly userId: string;
  readonly name: string;
  readonly token: string;
  readonly scopes: readonly Scope[];
  readonly expiresAt?: Date | undefined;
  readonly actor: Actor;
}

/** Only the hash of `token` is stored, and its first characters. */
export async function createApiToken(db: Database, input: NewApiToken): Promise<ApiTokenRecord> {
  return inTransaction(db, async (tx) => {
    const row = await tx.prisma.apiToken.create({
      data: {
        id: newId('token'),
        userId: input.userId,
        name: input.name,
        prefix: input.token.slice(0, prefixLength),
        tokenHash: bytes(hashToken(input.token)),
        scopes: [...input.scopes],
        expiresAt: input.expiresAt ?? null,
      },
    });
    await audit(tx, {
      actorId: input.actor.userId,
      ip: input.actor.ip,
      action: 'token.create',
      targetType: 'token',
      targetId: row.id,
      detail: { name: row.name, scopes: row.scopes },
    });
    return toRecord(row);
  });
}

/** Null: unknown, expired, revoked, or the user is disabled. Notes when it was last used, once a minute. */
export async function findApiToken(
  db: Queryable,
  token: string,
  now: Date = db.now(),
): Promise<{ id: string; user: User; scopes: Scope[] } | null> {
  const [row] = await db.query<UserOfCredential & { scopes: Scope[]; is_used: boolean | null }>(
    `SELECT t.id, t.scopes, t.last_used_at > $2::timestamptz - interval '1 minute' AS is_used, ${userColumns}
     FROM api_tokens t JOIN users u ON u.id = t.user_id
     WHERE t.token_hash = $1 AND t.revoked_at IS NULL AND (t.expires_at IS NULL OR t.expires_at > $2)
       AND u.disabled_at IS NULL`,
    [hashToken(token), now],
  );
  if (!row) return null;
  if (!row.is_used)
    await db.query(
      `WITH ${unhurriedSql} UPDATE api_tokens SET last_used_at = $2 FROM unhurried WHERE id = $1`,
      [row.id, now],
    );
  return { id: row.id, user: userOf(row), scopes: row.scopes };
}

/** Those that are not revoked, newest first. */
export async function listApiTokens(
  db: Queryable,
  userId: string,
  { cursor, limit }: PageRequest,
): Promise<Page<ApiTokenRecord>> {
  const after = decodeCursor(cursor, 's');
  const rows = await db.prisma.apiToken.findMany({
    where: { userId, revokedAt: null, ...(after && { id: { lt: after[0] as string } }) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return pageOf(rows, limit, toRecord, (row) => [row.id]);
}

/** Throws not-found when the owner has no such token (any more); without an owner it may be anybody's. */
export async function revokeApiToken(
  db: Database,
  input: { ownerId: string | undefined; tokenId: string; actor: Actor; now?: Date },
): Promise<void> {
  const { ownerId, tokenId, actor, now = db.now() } = input;
  await inTransaction(db, async (tx) => {
    const { count } = await tx.prisma.apiToken.updateMany({
      where: { id: tokenId, revokedAt: null, ...(ownerId !== undefined && { userId: ownerId }) },
      data: { revokedAt: now },
    });
    if (count === 0) throw new TangentError('not-found', `There is no API token ${tokenId} of yours.`);
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'token.revoke',
      targetType: 'token',
      targetId: tokenId,
    });
  });
}

function toRecord(row: ApiToken): ApiTokenRecord {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as Scope[],
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
  };
}
