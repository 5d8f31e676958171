import { type Member, TangentError } from '@tangent/contracts';
import type { Database, Queryable } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';

/** In the order in which the users were created. */
export async function listMembers(
  db: Queryable,
  { projectId, cursor, limit }: { projectId: string } & PageRequest,
): Promise<Page<Member>> {
  const after = decodeCursor(cursor, 's');
  const rows = await db.prisma.member.findMany({
    where: { projectId, ...(after && { userId: { gt: after[0] as string } }) },
    include: { user: { select: { email: true, name: true, disabledAt: true } } },
    orderBy: { userId: 'asc' },
    take: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    ({ userId, role, createdAt, user }) => ({
      userId,
      email: user.email,
      name: user.name,
      isDisabled: user.disabledAt !== null,
      role,
      createdAt: createdAt.toISOString(),
    }),
    ({ userId }) => [userId],
  );
}

/** What the user holds on lease runs out; what was annotated stays. Throws not-found when the user is no member. */
export async function removeMember(
  db: Database,
  input: { projectId: string; userId: string; actor: Actor },
): Promise<void> {
  const { projectId, userId, actor } = input;
  await inTransaction(db, async (tx) => {
    const { count } = await tx.prisma.member.deleteMany({ where: { projectId, userId } });
    if (count === 0)
      throw new TangentError('not-found', `The user ${userId} is no member of the project ${projectId}.`);
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'member.remove',
      targetType: 'project',
      targetId: projectId,
      detail: { userId },
    });
  });
}
