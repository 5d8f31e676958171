import { TangentError, type User } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from './audit.js';
import { type Actor, toUser } from './users.js';

export interface UserChange {
  readonly userId: string;
  readonly name?: string | undefined;
  readonly isAdmin?: boolean | undefined;
  readonly isDisabled?: boolean | undefined;
  readonly passwordHash?: string | undefined;
  readonly actor: Actor;
  readonly now?: Date;
}

/**
 * Changes what is given. A new password, being disabled, and becoming or ceasing to be an admin end the user's sessions
 * at once; API tokens of a disabled user stop working too. Throws not-found, and forbidden for what would leave no admin.
 */
export async function updateUser(db: Database, change: UserChange): Promise<User> {
  const { userId, name, isAdmin, isDisabled, passwordHash, actor, now = db.now() } = change;
  return inTransaction(db, async (tx) => {
    // Two admins who disable each other at once must not both succeed.
    const admins = await tx.query<{ id: string }>(
      'SELECT id FROM users WHERE is_admin AND disabled_at IS NULL ORDER BY id FOR NO KEY UPDATE',
    );
    const before = await tx.prisma.user.findUnique({ where: { id: userId } });
    if (!before) throw new TangentError('not-found', `There is no user ${userId}.`);
    const isLastAdmin = admins.length === 1 && admins[0]!.id === userId;
    if (isLastAdmin && (isAdmin === false || isDisabled === true))
      throw new TangentError(
        'forbidden',
        `${before.email} is the last admin. Make somebody else an admin first.`,
      );
    const after = await tx.prisma.user.update({
      where: { id: userId },
      data: {
        ...(name !== undefined && { name }),
        ...(isAdmin !== undefined && { isAdmin }),
        ...(isDisabled !== undefined && { disabledAt: isDisabled ? (before.disabledAt ?? now) : null }),
        ...(passwordHash !== undefined && { passwordHash }),
      },
    });
    const hasNewRole = isAdmin !== undefined && isAdmin !== before.isAdmin;
    if (passwordHash !== undefined || isDisabled || hasNewRole) await endSessions(tx, userId, now);
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'user.update',
      targetType: 'user',
      targetId: userId,
      detail: { name, isAdmin, isDisabled, hasNewPassword: passwordHash !== undefined },
    });
    return toUser(after);
  });
}

async function endSessions(tx: Tx, userId: string, now: Date): Promise<void> {
  await tx.prisma.session.updateMany({ where: { userId, revokedAt: null }, data: { revokedAt: now } });
}
