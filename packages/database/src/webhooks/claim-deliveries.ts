import type { WebhookMessage } from '@tangent/contracts';
import type { Database } from '../core/database.js';

/** A delivery that one sender holds, to be made now. */
export interface ClaimedDelivery {
  readonly id: string;
  readonly webhookId: string;
  readonly payload: WebhookMessage;
  /** Number of this attempt, from 1: the fence of its result. */
  readonly attempt: number;
  /** Failures in the schedule so far. */
  readonly step: number;
  readonly url: string;
  /** Sealed, the present one first. */
  readonly sealedSecrets: readonly [string, ...string[]];
}

export interface ClaimInput {
  readonly limit: number;
  /** Whoever does not report by then has died: the delivery is due again. */
  readonly claimMs: number;
  /** Of one webhook at a time: a slow receiver must not keep the others waiting. */
  readonly perWebhook: number;
  /** Webhooks that have as many under way already. */
  readonly except?: readonly string[];
  readonly now?: Date;
}

/** Takes what is due, oldest first. Several senders may ask at once; each delivery is in the hands of one. */
export async function claimDeliveries(db: Database, input: ClaimInput): Promise<ClaimedDelivery[]> {
  const { limit, claimMs, perWebhook, except = [], now = db.now() } = input;
  const rows = await db.query<{
    id: string;
    webhook_id: string;
    payload: WebhookMessage;
    num_attempts: number;
    step: number;
    url: string;
    sealed_secret: string;
    previous_sealed_secret: string | null;
    previous_until: Date | null;
  }>(
    `WITH due AS (
       SELECT id FROM webhook_deliveries
       WHERE next_attempt_at <= $1 AND id IN (
         SELECT id FROM (
           SELECT d.id, row_number() OVER (PARTITION BY d.webhook_id ORDER BY d.next_attempt_at, d.id) AS n
           FROM webhook_deliveries d
           JOIN webhooks w ON w.id = d.webhook_id AND w.disabled_at IS NULL
           JOIN projects p ON p.id = w.project_id AND p.deleted_at IS NULL
           WHERE d.next_attempt_at <= $1 AND NOT d.webhook_id = ANY($2)) ranked
         WHERE n <= $3)
       ORDER BY next_attempt_at, id LIMIT $4 FOR UPDATE SKIP LOCKED)
     UPDATE webhook_deliveries d SET next_attempt_at = $5, num_attempts = num_attempts + 1
     FROM due, webhooks w WHERE d.id = due.id AND w.id = d.webhook_id
     RETURNING d.id, d.webhook_id, d.payload, d.num_attempts, d.step, w.url, w.sealed_secret,
       w.previous_sealed_secret, w.previous_until`,
    [now, except, perWebhook, limit, new Date(now.getTime() + claimMs)],
  );
  return rows.map((row) => ({
    id: row.id,
    webhookId: row.webhook_id,
    payload: row.payload,
    attempt: row.num_attempts,
    step: row.step,
    url: row.url,
    sealedSecrets: [
      row.sealed_secret,
      ...(row.previous_sealed_secret !== null && row.previous_until! > now
        ? [row.previous_sealed_secret]
        : []),
    ],
  }));
}
