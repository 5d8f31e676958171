import type { WebhookEventType, WebhookMessage } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { newId } from '../core/ids.js';

/** What happens once, as opposed to labels, which are collected (collect-labels.ts). */
type SingleEvent = Extract<WebhookMessage, { type: Exclude<WebhookEventType, 'label.created'> }>;

/**
 * A delivery for each webhook of the project that listens, in the transaction of what it tells. Their rows are held
 * until it ends: one that is deleted or switched off meanwhile neither breaks it nor gets a message afterwards.
 */
export async function writeWebhookEvent(
  tx: Queryable,
  projectId: string,
  message: SingleEvent,
  now: Date,
): Promise<void> {
  const listeners = await tx.query<{ id: string }>(
    `SELECT id FROM webhooks WHERE project_id = $1 AND disabled_at IS NULL AND $2 = ANY(event_types)
     ORDER BY id FOR SHARE`,
    [projectId, message.type],
  );
  for (const { id } of listeners) await insertDelivery(tx, id, message, now);
}

/** The id of the delivery, which is due at once. */
export async function insertDelivery(
  tx: Queryable,
  webhookId: string,
  message: WebhookMessage,
  now: Date,
): Promise<string> {
  const id = newId('delivery');
  await tx.query(
    `INSERT INTO webhook_deliveries (id, webhook_id, event_type, payload, next_attempt_at, created_at)
     VALUES ($1, $2, $3, $4, $5, $5)`,
    [id, webhookId, message.type, JSON.stringify(message), now],
  );
  return id;
}
