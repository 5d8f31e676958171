import type { DeliveryAttempt } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import type { Webhook as WebhookRow } from '../generated/client.js';
import { audit } from '../people/audit.js';
import { disableWebhook } from './disable-webhook.js';
import { lockWebhook } from './webhooks.js';

export interface AttemptResult {
  readonly deliveryId: string;
  readonly webhookId: string;
  readonly attempt: DeliveryAttempt;
  readonly isDelivered: boolean;
  /** The receiver says that it will never take messages again (410). */
  readonly isGone: boolean;
  /** When to try again after a failure; null: not any more. */
  readonly nextAttemptAt: Date | null;
  /** A webhook that failed for so long is switched off. */
  readonly disableAfterMs: number;
  /** After so long without an attempt nothing is known of the receiver, and that time counts anew. */
  readonly unheardAfterMs: number;
  /** Deliveries that wait longer than this are not in anybody's hands. */
  readonly claimMs: number;
  readonly now?: Date;
}

/**
 * Notes an attempt in the log and what follows from it. The result of an attempt that another sender has overtaken
 * counts only when it delivered the message.
 */
export async function finishAttempt(db: Database, result: AttemptResult): Promise<void> {
  const { deliveryId, webhookId, attempt, now = db.now() } = result;
  await inTransaction(db, async (tx) => {
    const [isThere] = await tx.query('SELECT 1 FROM webhooks WHERE id = $1', [webhookId]);
    if (!isThere) return; // deleted meanwhile, with its log
    const webhook = await lockWebhook(tx, webhookId);
    await tx.query(
      `INSERT INTO webhook_attempts (delivery_id, number, at, duration_ms, response_status, response_excerpt,
         error_code, error_detail)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8 WHERE EXISTS (SELECT 1 FROM webhook_deliveries WHERE id = $1)
       ON CONFLICT DO NOTHING`,
      [
        deliveryId,
        attempt.number,
        new Date(attempt.at),
        attempt.durationMs,
        attempt.responseStatus,
        attempt.responseExcerpt,
        attempt.error?.code ?? null,
        attempt.error?.detail.slice(0, 2000) ?? null,
      ],
    );
    if (result.isDelivered) await noteSuccess(tx, result, webhook, now);
    else await noteFailure(tx, result, webhook, now);
  });
}

async function noteSuccess(
  tx: Tx,
  { deliveryId, webhookId, claimMs }: AttemptResult,
  { failingSince }: WebhookRow,
  now: Date,
): Promise<void> {
  await tx.query(
    'UPDATE webhook_deliveries SET next_attempt_at = NULL, delivered_at = $2, ended_at = $2 WHERE id = $1',
    [deliveryId, now],
  );
  if (failingSince === null) return;
  await tx.query('UPDATE webhooks SET failing_since = NULL WHERE id = $1', [webhookId]);
  // The receiver is back: what waits for its turn, perhaps for hours, need not wait any longer.
  await tx.query(
    'UPDATE webhook_deliveries SET next_attempt_at = $2 WHERE webhook_id = $1 AND next_attempt_at > $3',
    [webhookId, now, new Date(now.getTime() + claimMs)],
  );
}

/** Whether there was another attempt to reach the receiver. */
async function wasTriedLately(
  tx: Tx,
  { deliveryId, webhookId, attempt, unheardAfterMs }: AttemptResult,
  now: Date,
): Promise<boolean> {
  const [other] = await tx.query(
    `SELECT 1 FROM webhook_deliveries d JOIN webhook_attempts a ON a.delivery_id = d.id
     WHERE d.webhook_id = $1 AND a.at > $2 AND NOT (a.delivery_id = $3 AND a.number = $4) LIMIT 1`,
    [webhookId, new Date(now.getTime() - unheardAfterMs), deliveryId, attempt.number],
  );
  return other !== undefined;
}

async function noteFailure(tx: Tx, result: AttemptResult, webhook: WebhookRow, now: Date): Promise<void> {
  const { deliveryId, webhookId, attempt, nextAttemptAt, isGone, disableAfterMs } = result;
  const updated = await tx.query(
    `UPDATE webhook_deliveries SET step = step + 1, next_attempt_at = $3::timestamptz,
       ended_at = CASE WHEN $3::timestamptz IS NULL THEN $4::timestamptz END
     WHERE id = $1 AND num_attempts = $2 AND next_attempt_at IS NOT NULL RETURNING 1`,
    [deliveryId, attempt.number, nextAttemptAt, now],
  );
  if (updated.length === 0) return; // overtaken
  const before = webhook.failingSince;
  const failingSince = before !== null && (await wasTriedLately(tx, result, now)) ? before : now;
  await tx.query('UPDATE webhooks SET failing_since = $2 WHERE id = $1', [webhookId, failingSince]);
  const isHopeless = now.getTime() - failingSince.getTime() >= disableAfterMs;
  if (webhook.disabledAt !== null || !(isGone || isHopeless)) return;
  await disableWebhook(tx, { webhookId, reason: isGone ? 'gone' : 'failures', now });
  await audit(tx, {
    actorId: null,
    action: 'webhook.disable',
    targetType: 'webhook',
    targetId: webhookId,
    detail: { reason: isGone ? 'gone' : 'failures', failingSince: failingSince.toISOString(), deliveryId },
  });
}
