import { TangentError, type Webhook, type WebhookEventType } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { lockProject } from '../projects/lock-project.js';
import { toWebhook } from './webhooks.js';

export interface NewWebhook {
  /** Made by the caller, because the secret is sealed for it. */
  readonly id: string;
  readonly projectId: string;
  readonly url: string;
  readonly description: string;
  readonly eventTypes: readonly WebhookEventType[];
  readonly sealedSecret: string;
  readonly actor: Actor;
  /** Written in the same transaction, e.g. the response under its idempotency key. */
  readonly also?: (tx: Tx, webhook: Webhook) => Promise<void>;
}

const maxPerProject = 20;

/** Tells of what happens from now on. Throws too-many-webhooks, not-found. */
export async function createWebhook(db: Database, input: NewWebhook): Promise<Webhook> {
  const { id, projectId, url, description, eventTypes, sealedSecret, actor } = input;
  return inTransaction(db, async (tx) => {
    await lockProject(tx, projectId);
    if ((await tx.prisma.webhook.count({ where: { projectId } })) >= maxPerProject)
      throw new TangentError(
        'too-many-webhooks',
        `The project has ${maxPerProject} webhooks, which is as many as it may. Delete one that is not used any more.`,
      );
    const { labelSeq } = await tx.prisma.project.findUniqueOrThrow({
      where: { id: projectId },
      select: { labelSeq: true },
    });
    const row = await tx.prisma.webhook.create({
      data: {
        id,
        projectId,
        url,
        description,
        eventTypes: [...eventTypes],
        sealedSecret,
        labelSeq,
        createdById: actor.userId,
      },
    });
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'webhook.create',
      targetType: 'webhook',
      targetId: id,
      detail: { projectId, url, eventTypes: [...eventTypes] },
    });
    const webhook = toWebhook(row, tx.now());
    await input.also?.(tx, webhook);
    return webhook;
  });
}
