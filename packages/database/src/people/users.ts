import { TangentError, type User } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { isUniqueViolation } from '../core/errors.js';
import { newId } from '../core/ids.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { inTransaction } from '../core/transaction.js';
import type { User as UserRow } from '../generated/client.js';
import { audit } from './audit.js';

/** On whose behalf something is done; null: the system itself. */
export interface Actor {
  readonly userId: string | null;
  readonly ip?: string | undefined;
}

export interface NewUser {
  readonly email: string;
  readonly name: string;
  readonly passwordHash: string;
  readonly isAdmin: boolean;
}

/** Throws email-taken. */
export async function createUser(db: Database, input: NewUser & { actor: Actor }): Promise<User> {
  const { email, name, passwordHash, isAdmin, actor } = input;
  try {
    return await inTransaction(db, async (tx) => {
      const row = await tx.prisma.user.create({
        data: { id: newId('user'), email: email.toLowerCase(), name, passwordHash, isAdmin },
      });
      await audit(tx, {
        actorId: actor.userId,
        ip: actor.ip,
        action: 'user.create',
        targetType: 'user',
        targetId: row.id,
        detail: { email: row.email, isAdmin },
      });
      return toUser(row);
    });
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
    throw new TangentError(
      'email-taken',
      `A user with the e-mail ${email} exists already. Change that user, or choose another e-mail.`,
      { cause: error },
    );
  }
}

export type FirstAdmin =
  | { readonly kind: 'created'; readonly user: User }
  | { readonly kind: 'has-users'; readonly adminEmails: string[] };

/** For the first start: creates the admin unless there is any user. Safe when two processes start at once. */
export async function createFirstAdmin(
  db: Database,
  input: { email: string; name: string; passwordHash: string },
): Promise<FirstAdmin> {
  return inTransaction(db, async (tx) => {
    await tx.query(`SELECT pg_advisory_xact_lock(hashtextextended('tangent first admin', 0))`);
    const admins = await tx.prisma.user.findMany({
      where: { isAdmin: true, disabledAt: null },
      orderBy: { id: 'asc' },
    });
    if (admins.length > 0 || (await tx.prisma.user.count()) > 0)
      return { kind: 'has-users', adminEmails: admins.map((admin) => admin.email) };
    const row = await tx.prisma.user.create({
      data: { ...input, id: newId('user'), email: input.email.toLowerCase(), isAdmin: true },
    });
    await audit(tx, { actorId: null, action: 'user.create-first', targetType: 'user', targetId: row.id });
    return { kind: 'created', user: toUser(row) };
  });
}

/** Disabled users too: the caller tells them apart by `user.isDisabled`. */
export async function findLogin(
  db: Queryable,
  email: string,
): Promise<{ user: User; passwordHash: string } | null> {
  const row = await db.prisma.user.findUnique({ where: { email: email.toLowerCase() } });
  return row && { user: toUser(row), passwordHash: row.passwordHash };
}

/** Throws not-found. */
export async function getUser(db: Queryable, userId: string): Promise<User> {
  const row = await db.prisma.user.findUnique({ where: { id: userId } });
  if (!row) throw new TangentError('not-found', `There is no user ${userId}.`);
  return toUser(row);
}

/** In the order of their creation. */
export async function listUsers(db: Queryable, { cursor, limit }: PageRequest): Promise<Page<User>> {
  const after = decodeCursor(cursor, 's');
  const rows = await db.prisma.user.findMany({
    ...(after && { where: { id: { gt: after[0] as string } } }),
    orderBy: { id: 'asc' },
    take: limit + 1,
  });
  return pageOf(rows, limit, toUser, (row) => [row.id]);
}

export function toUser(row: Omit<UserRow, 'passwordHash'>): User {
  return {
    id: row.id,
    email: row.email,
    name: row.name,
    isAdmin: row.isAdmin,
    isDisabled: row.disabledAt !== null,
    createdAt: row.createdAt.toISOString(),
  };
}

/** A credential's id and its user, as `userColumns` of `users u` give them. */
export interface UserOfCredential {
  readonly id: string;
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly is_admin: boolean;
  readonly created_at: Date;
}

export const userColumns = 'u.id AS user_id, u.email, u.name, u.is_admin, u.created_at';

/** Of a user who is not disabled. */
export function userOf({ user_id, email, name, is_admin, created_at }: UserOfCredential): User {
  return {
    id: user_id,
    email,
    name,
    isAdmin: is_admin,
    isDisabled: false,
    createdAt: created_at.toISOString(),
  };
}
