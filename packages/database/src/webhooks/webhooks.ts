import { TangentError, type Webhook, type WebhookEventType } from '@tangent/contracts';
import type { Queryable, Tx } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import type { Webhook as WebhookRow } from '../generated/client.js';

/** Newest first. */
export async function listWebhooks(
  db: Queryable,
  { projectId, cursor, limit }: { projectId: string } & PageRequest,
): Promise<Page<Webhook>> {
  const after = decodeCursor(cursor, 's');
  const rows = await db.prisma.webhook.findMany({
    where: { projectId, ...(after && { id: { lt: after[0] as string } }) },
    orderBy: { id: 'desc' },
    take: limit + 1,
  });
  return pageOf(
    rows,
    limit,
    (row) => toWebhook(row, db.now()),
    (row) => [row.id],
  );
}

/** Holds the webhook's row until the transaction ends. Throws not-found. */
export async function lockWebhook(tx: Tx, webhookId: string): Promise<WebhookRow> {
  await tx.query('SELECT 1 FROM webhooks WHERE id = $1 FOR NO KEY UPDATE', [webhookId]);
  const row = await tx.prisma.webhook.findUnique({ where: { id: webhookId } });
  if (!row) throw new TangentError('not-found', `There is no webhook ${webhookId}.`);
  return row;
}

export function toWebhook(row: WebhookRow, now: Date): Webhook {
  const isRotating = row.previousUntil !== null && row.previousUntil > now;
  return {
    id: row.id,
    projectId: row.projectId,
    url: row.url,
    description: row.description,
    eventTypes: row.eventTypes as WebhookEventType[],
    isEnabled: row.disabledAt === null,
    disabledReason: row.disabledReason as Webhook['disabledReason'],
    failingSince: row.failingSince?.toISOString() ?? null,
    previousSecretUntil: isRotating ? row.previousUntil!.toISOString() : null,
    createdAt: row.createdAt.toISOString(),
  };
}
