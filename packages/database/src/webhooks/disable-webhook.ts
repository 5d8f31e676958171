import type { Webhook } from '@tangent/contracts';
import type { Tx } from '../core/database.js';

/** Gives up what waits: it would otherwise arrive, long out of date, whenever the webhook is switched on again. */
export async function disableWebhook(
  tx: Tx,
  {
    webhookId,
    reason,
    now,
  }: { webhookId: string; reason: NonNullable<Webhook['disabledReason']>; now: Date },
): Promise<void> {
  await tx.query(
    'UPDATE webhooks SET disabled_at = $2, disabled_reason = $3 WHERE id = $1 AND disabled_at IS NULL',
    [webhookId, now, reason],
  );
  await tx.query(
    'UPDATE webhook_deliveries SET next_attempt_at = NULL, ended_at = $2 WHERE webhook_id = $1 AND next_attempt_at IS NOT NULL',
    [webhookId, now],
  );
}
