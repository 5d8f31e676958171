import { projectSettings, type Role, TangentError } from '@tangent/contracts';
import { changeSettings } from '../annotations/settings-in-force.js';
import { settleItems } from '../annotations/settle-items.js';
import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { cancelActiveRound } from '../rounds/cancel-round.js';
import { startDueRound } from '../rounds/maybe-start-round.js';
import { lockProject } from './lock-project.js';
import { mergeSettings } from './merge-settings.js';
import { getProject, noProject, type ProjectRecord } from './projects.js';

export interface ProjectChange {
  readonly projectId: string;
  readonly name?: string | undefined;
  /** The settings to change; nested ones merge too. */
  readonly settings?: Readonly<Record<string, unknown>> | undefined;
  /** The settingsVersion that the change was made against; undefined: whatever it is. */
  readonly expectedVersion?: number | undefined;
  readonly actor: Actor;
  readonly now?: Date;
}

/**
 * Every change raises settingsVersion. With a lower overlap, items that now have answers enough get their label or skip in
 * the same transaction, and a round starts that is due by that. Throws settings-changed, validation-failed, not-found.
 */
export async function updateProject(db: Database, change: ProjectChange): Promise<ProjectRecord> {
  const { projectId, name, settings, expectedVersion, actor, now = db.now() } = change;
  return inTransaction(db, async (tx) => {
    if (settings?.overlap !== undefined) await changeSettings(tx, projectId);
    await lockProject(tx, projectId);
    const before = await tx.prisma.project.findUniqueOrThrow({ where: { id: projectId } });
    if (expectedVersion !== undefined && expectedVersion !== before.settingsVersion) {
      throw new TangentError(
        'settings-changed',
        `The project is at version ${before.settingsVersion}, your change was made against ${expectedVersion}. Read it again and repeat the change.`,
      );
    }
    const current = projectSettings.parse(before.settings);
    const merged = settings === undefined ? current : mergeSettings(current, settings);
    await tx.prisma.project.update({
      where: { id: projectId },
      data: {
        ...(name !== undefined && { name }),
        ...(settings !== undefined && { settings: merged }),
        settingsVersion: { increment: 1 },
      },
    });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'project.update',
      targetType: 'project',
      targetId: projectId,
      detail: { name, settings },
    });
    if (merged.overlap < current.overlap) {
      const numSettled = await settleItems(tx, { projectId, settings: merged, now });
      if (numSettled > 0) await startDueRound(tx, projectId, now);
    }
    return getProject(tx, projectId);
  });
}

/** Puts it away and cancels its active round; the data stays. Throws not-found. */
export async function deleteProject(
  db: Database,
  input: { projectId: string; actor: Actor; now?: Date },
): Promise<void> {
  const { projectId, actor, now = db.now() } = input;
  await inTransaction(db, async (tx) => {
    await lockProject(tx, projectId);
    await tx.prisma.project.update({ where: { id: projectId }, data: { deletedAt: now } });
    await cancelActiveRound(tx, projectId, now);
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'project.delete',
      targetType: 'project',
      targetId: projectId,
    });
  });
}

/** Gives a user a role, or another one. Throws not-found for an unknown user or project. */
export async function putMember(
  db: Database,
  input: { projectId: string; userId: string; role: Role; actor: Actor },
): Promise<{ projectId: string; userId: string; role: Role }> {
  const { projectId, userId, role, actor } = input;
  return inTransaction(db, async (tx) => {
    if (!(await tx.prisma.user.findUnique({ where: { id: userId }, select: { id: true } })))
      throw new TangentError('not-found', `There is no user ${userId}.`);
    const isThere = await tx.prisma.project.count({ where: { id: projectId, deletedAt: null } });
    if (isThere === 0) throw noProject(projectId);
    await tx.prisma.member.upsert({
      where: { projectId_userId: { projectId, userId } },
      create: { projectId, userId, role },
      update: { role },
    });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'member.put',
      targetType: 'project',
      targetId: projectId,
      detail: { userId, role },
    });
    return { projectId, userId, role };
  });
}
