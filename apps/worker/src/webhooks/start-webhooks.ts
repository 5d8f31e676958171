import { claimDeliveries, collectLabels, type Database, removeOldDeliveries } from '@tangent/database';
import { claimMs, type UrlPolicy } from '@tangent/webhooks';
import type { Logger } from 'pino';
import { repeated } from '../process/repeated.js';
import { deliver } from './deliver.js';

const lookAgainMs = 1000;
const turnsPerHour = 3_600_000 / lookAgainMs;
/** Attempts of this worker at once, and of them to one receiver. */
const maxAtOnce = 16;
const perWebhook = 2;

/** Sends what is due to webhooks, on every worker: looks each second, and waits for no receiver before it looks again. */
export function startWebhooks({
  db,
  serverKey,
  policy,
  log,
}: {
  readonly db: Database;
  readonly serverKey: Uint8Array;
  readonly policy: UrlPolicy;
  readonly log: Logger;
}): { close(): Promise<void> } {
  const stopping = new AbortController();
  const running = new Map<Promise<void>, string>();
  let turn = 0;

  const busyWebhooks = () => {
    const counts = new Map<string, number>();
    for (const webhookId of running.values()) counts.set(webhookId, (counts.get(webhookId) ?? 0) + 1);
    return [...counts].filter(([, count]) => count >= perWebhook).map(([webhookId]) => webhookId);
  };
  const look = async () => {
    if (turn++ % turnsPerHour === 0) await removeOldDeliveries(db);
    await collectLabels(db);
    const limit = maxAtOnce - running.size;
    if (limit === 0) return;
    const claimed = await claimDeliveries(db, { limit, claimMs, perWebhook, except: busyWebhooks() });
    for (const delivery of claimed) {
      const attempt = deliver({ db, serverKey, policy, signal: stopping.signal }, delivery)
        .catch((error: unknown) => {
          if (!stopping.signal.aborted)
            log.warn({ err: error, deliveryId: delivery.id }, 'an attempt to deliver was not noted');
        })
        .finally(() => {
          running.delete(attempt);
          again.now(); // more may wait for this receiver
        });
      running.set(attempt, delivery.webhookId);
    }
  };
  const again = repeated(lookAgainMs, look, (error) => log.warn({ err: error }, 'webhooks'));
  again.now();
  return {
    async close() {
      await again.stop();
      stopping.abort(new Error('the worker is shutting down'));
      await Promise.all(running.keys());
    },
  };
}
