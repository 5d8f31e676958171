import { type Delivery, TangentError } from '@tangent/contracts';
import type { Database, Queryable, Tx } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { inTransaction } from '../core/transaction.js';
import type { Prisma } from '../generated/client.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { lockWebhook } from './webhooks.js';
import { insertDelivery } from './write-event.js';

const shownAttempts = 20;
const withAttempts = {
  attempts: { orderBy: { number: 'desc' }, take: shownAttempts },
} as const satisfies Prisma.WebhookDeliveryInclude;
type DeliveryRow = Prisma.WebhookDeliveryGetPayload<{ include: typeof withAttempts }>;

/** The log of a webhook, newest first. */
export async function listDeliveries(
  db: Queryable,
  { webhookId, cursor, limit }: { webhookId: string } & PageRequest,
): Promise<Page<Delivery>> {
  const after = decodeCursor(cursor, 'ts');
  const createdAt = after && new Date(after[0] as number);
  const rows = await db.prisma.webhookDelivery.findMany({
    where: {
      webhookId,
      ...(after && {
        OR: [{ createdAt: { lt: createdAt! } }, { createdAt: createdAt!, id: { lt: after[1] as string } }],
      }),
    },
    orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    take: limit + 1,
    include: withAttempts,
  });
  return pageOf(rows, limit, toDelivery, (row) => [row.createdAt.getTime(), row.id]);
}

interface ReplayInput {
  readonly deliveryId: string;
  readonly actor: Actor;
  readonly now?: Date;
  readonly also?: (tx: Tx, delivery: Delivery) => Promise<void>;
}

/**
 * Makes a delivery due now, whatever became of it, under its old id. One that an attempt is under way for is sent
 * perhaps twice. Throws not-found, webhook-disabled.
 */
export async function replayDelivery(db: Database, input: ReplayInput): Promise<Delivery> {
  const { deliveryId, actor, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const found = await tx.prisma.webhookDelivery.findUnique({ where: { id: deliveryId } });
    if (!found) throw new TangentError('not-found', `There is no delivery ${deliveryId}.`);
    await refuseDisabled(tx, found.webhookId);
    await tx.query(
      `UPDATE webhook_deliveries SET step = 0, next_attempt_at = $2, delivered_at = NULL, ended_at = NULL WHERE id = $1`,
      [deliveryId, now],
    );
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'delivery.replay',
      targetType: 'delivery',
      targetId: deliveryId,
      detail: { webhookId: found.webhookId },
    });
    const delivery = await getDelivery(tx, deliveryId);
    await input.also?.(tx, delivery);
    return delivery;
  });
}

/** A webhook.test message, whatever the webhook listens to. Throws not-found, webhook-disabled. */
export async function createTestDelivery(
  db: Database,
  input: { webhookId: string; now?: Date; also?: (tx: Tx, delivery: Delivery) => Promise<void> },
): Promise<Delivery> {
  const { webhookId, now = db.now() } = input;
  return inTransaction(db, async (tx) => {
    const { projectId } = await refuseDisabled(tx, webhookId);
    const message = {
      type: 'webhook.test',
      timestamp: now.toISOString(),
      data: { projectId, webhookId },
    } as const;
    const delivery = await getDelivery(tx, await insertDelivery(tx, webhookId, message, now));
    await input.also?.(tx, delivery);
    return delivery;
  });
}

async function refuseDisabled(tx: Tx, webhookId: string): Promise<{ projectId: string }> {
  const { projectId, disabledAt, disabledReason } = await lockWebhook(tx, webhookId);
  if (disabledAt !== null)
    throw new TangentError(
      'webhook-disabled',
      `The webhook ${webhookId} is switched off (${disabledReason}) since ${disabledAt.toISOString()}. Switch it on first.`,
    );
  return { projectId };
}

async function getDelivery(tx: Tx, id: string): Promise<Delivery> {
  return toDelivery(
    await tx.prisma.webhookDelivery.findUniqueOrThrow({ where: { id }, include: withAttempts }),
  );
}

const monthMs = 30 * 24 * 3_600_000;

/** Removes deliveries that ended long ago (default: 30 days), with their attempts; their number. */
export async function removeOldDeliveries(
  db: Queryable,
  { olderThanMs = monthMs, now = db.now() }: { olderThanMs?: number; now?: Date } = {},
): Promise<number> {
  const rows = await db.query('DELETE FROM webhook_deliveries WHERE ended_at < $1 RETURNING id', [
    new Date(now.getTime() - olderThanMs),
  ]);
  return rows.length;
}

function toDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    webhookId: row.webhookId,
    eventType: row.eventType as Delivery['eventType'],
    status: row.nextAttemptAt !== null ? 'pending' : row.deliveredAt !== null ? 'delivered' : 'failed',
    numAttempts: row.numAttempts,
    nextAttemptAt: row.nextAttemptAt?.toISOString() ?? null,
    deliveredAt: row.deliveredAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    attempts: row.attempts.toReversed().map((attempt) => ({
      number: attempt.number,
      at: attempt.at.toISOString(),
      durationMs: attempt.durationMs,
      responseStatus: attempt.responseStatus,
      responseExcerpt: attempt.responseExcerpt,
      error:
        attempt.errorCode === null ? null : { code: attempt.errorCode, detail: attempt.errorDetail ?? '' },
    })),
  };
}
