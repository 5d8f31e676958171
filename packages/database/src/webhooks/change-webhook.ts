import type { Webhook, WebhookEventType } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { disableWebhook } from './disable-webhook.js';
import { lockWebhook, toWebhook } from './webhooks.js';

export interface WebhookChange {
  readonly webhookId: string;
  readonly url?: string | undefined;
  readonly description?: string | undefined;
  readonly eventTypes?: readonly WebhookEventType[] | undefined;
  /** Switched off, what waits is given up; switched on, it tells of what happens from then on. */
  readonly isEnabled?: boolean | undefined;
  readonly actor: Actor;
  readonly now?: Date;
}

/** Throws not-found. */
export async function updateWebhook(db: Database, change: WebhookChange): Promise<Webhook> {
  const { webhookId, url, description, eventTypes, isEnabled, actor, now = db.now() } = change;
  return inTransaction(db, async (tx) => {
    const before = await lockWebhook(tx, webhookId);
    const wasEnabled = before.disabledAt === null;
    const hearsOfLabels = (types: readonly string[]) => types.includes('label.created');
    // Labels of the time in which it did not listen are not told afterwards.
    const beginsWithLabels =
      (isEnabled === true && !wasEnabled) ||
      (eventTypes !== undefined && hearsOfLabels(eventTypes) && !hearsOfLabels(before.eventTypes));
    await tx.prisma.webhook.update({
      where: { id: webhookId },
      data: {
        ...(url !== undefined && { url }),
        // Another receiver: the failures of the one before are none of its.
        ...(url !== undefined && url !== before.url && { failingSince: null }),
        ...(description !== undefined && { description }),
        ...(eventTypes !== undefined && { eventTypes: [...eventTypes] }),
        ...(isEnabled === true &&
          !wasEnabled && { disabledAt: null, disabledReason: null, failingSince: null }),
        ...(beginsWithLabels && { labelSeq: await labelSeqOf(tx, before.projectId) }),
      },
    });
    if (isEnabled === false && wasEnabled) await disableWebhook(tx, { webhookId, reason: 'user', now });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'webhook.update',
      targetType: 'webhook',
      targetId: webhookId,
      detail: { url, description, eventTypes, isEnabled },
    });
    return toWebhook(await tx.prisma.webhook.findUniqueOrThrow({ where: { id: webhookId } }), now);
  });
}

async function labelSeqOf(tx: Tx, projectId: string): Promise<number> {
  const project = await tx.prisma.project.findUniqueOrThrow({
    where: { id: projectId },
    select: { labelSeq: true },
  });
  return project.labelSeq;
}

/** With its log. Throws not-found. */
export async function deleteWebhook(
  db: Database,
  { webhookId, actor }: { webhookId: string; actor: Actor },
): Promise<void> {
  await inTransaction(db, async (tx) => {
    const { projectId, url } = await lockWebhook(tx, webhookId);
    await tx.prisma.webhook.delete({ where: { id: webhookId } });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'webhook.delete',
      targetType: 'webhook',
      targetId: webhookId,
      detail: { projectId, url },
    });
  });
}

export interface Rotation {
  readonly webhookId: string;
  readonly sealedSecret: string;
  /** How long the secret before signs as well; 0: not at all. */
  readonly overlapMs: number;
  readonly actor: Actor;
  readonly now?: Date;
  readonly also?: (tx: Tx, webhook: Webhook) => Promise<void>;
}

/** Puts a secret in the place of the present one. Of two rotations within an overlap the first secret ends at once. */
export async function rotateWebhook(db: Database, input: Rotation): Promise<Webhook> {
  const { webhookId, sealedSecret, overlapMs, actor, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const before = await lockWebhook(tx, webhookId);
    const overlaps = overlapMs > 0;
    const row = await tx.prisma.webhook.update({
      where: { id: webhookId },
      data: {
        sealedSecret,
        previousSealedSecret: overlaps ? before.sealedSecret : null,
        previousUntil: overlaps ? new Date(now.getTime() + overlapMs) : null,
      },
    });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'webhook.rotate',
      targetType: 'webhook',
      targetId: webhookId,
      detail: { overlapMs },
    });
    const webhook = toWebhook(row, now);
    await input.also?.(tx, webhook);
    return webhook;
  });
}
