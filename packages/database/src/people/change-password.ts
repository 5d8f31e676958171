import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from './audit.js';
import type { Actor } from './users.js';

export interface PasswordChange {
  readonly userId: string;
  readonly passwordHash: string;
  /** The session that asks, which goes on; null: none does. */
  readonly keepSessionId: string | null;
  readonly actor: Actor;
  readonly now?: Date;
}

/** A user's own new password. All other sessions of the user end: whoever knew the old one is out. */
export async function changePassword(db: Database, change: PasswordChange): Promise<void> {
  const { userId, passwordHash, keepSessionId, actor, now = db.now() } = change;
  await inTransaction(db, async (tx) => {
    await tx.prisma.user.update({ where: { id: userId }, data: { passwordHash } });
    await tx.query(
      `UPDATE sessions SET revoked_at = $2
       WHERE user_id = $1 AND revoked_at IS NULL AND ($3::text IS NULL OR id <> $3)`,
      [userId, now, keepSessionId],
    );
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'user.change-password',
      targetType: 'user',
      targetId: userId,
    });
  });
}
