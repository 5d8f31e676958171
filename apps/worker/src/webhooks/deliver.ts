import { type ClaimedDelivery, type Database, finishAttempt } from '@tangent/database';
import {
  claimMs,
  disableAfterMs,
  nextDelayMs,
  openWebhookSecrets,
  type PostResult,
  postGuarded,
  signedHeaders,
  type UrlPolicy,
  unheardAfterMs,
} from '@tangent/webhooks';

export interface DeliveryContext {
  readonly db: Database;
  readonly serverKey: Uint8Array;
  readonly policy: UrlPolicy;
  /** Abandons the attempt; it is made again when its claim ends. */
  readonly signal: AbortSignal;
}

/**
 * One attempt to deliver: sign, post, note what came of it. The note comes after the answer, so a worker that dies in
 * between leaves a message that another sends again under the same webhook-id.
 */
export async function deliver(context: DeliveryContext, delivery: ClaimedDelivery): Promise<void> {
  const sentAt = new Date();
  const from = performance.now();
  const result = await post(context, delivery, sentAt);
  const durationMs = Math.round(performance.now() - from);
  const status = result.kind === 'answered' ? result.status : null;
  const isDelivered = status !== null && status >= 200 && status < 300;
  const delayMs = nextDelayMs(
    delivery.step,
    Math.random(),
    result.kind === 'answered' ? result.retryAfterMs : 0,
  );
  await finishAttempt(context.db, {
    deliveryId: delivery.id,
    webhookId: delivery.webhookId,
    attempt: {
      number: delivery.attempt,
      at: sentAt.toISOString(),
      durationMs,
      responseStatus: status,
      responseExcerpt: result.kind === 'answered' ? result.excerpt : null,
      error: result.kind === 'answered' ? null : { code: result.code, detail: result.detail },
    },
    isDelivered,
    isGone: status === 410,
    nextAttemptAt: delayMs === null ? null : new Date(Date.now() + delayMs),
    disableAfterMs,
    unheardAfterMs,
    claimMs,
  });
}

async function post(
  { serverKey, policy, signal }: DeliveryContext,
  { id, webhookId, payload, url, sealedSecrets }: ClaimedDelivery,
  sentAt: Date,
): Promise<PostResult> {
  const body = JSON.stringify(payload);
  let secrets: string[];
  try {
    secrets = openWebhookSecrets(serverKey, webhookId, sealedSecrets);
  } catch (error) {
    return { kind: 'unanswered', code: 'secret-unreadable', detail: (error as Error).message };
  }
  return postGuarded({ url, headers: signedHeaders({ id, sentAt, body }, secrets), body, policy, signal });
}
