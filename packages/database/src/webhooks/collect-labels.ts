import type { SkipReason, WebhookMessage } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { insertDelivery } from './write-event.js';

/** Labels in one message: some hundred kilobytes at most. */
const maxLabels = 1000;
const maxWebhooks = 20;

const underWaySql = (webhookId: string) => `SELECT 1 FROM webhook_deliveries d
  WHERE d.webhook_id = ${webhookId} AND d.event_type = 'label.created' AND d.next_attempt_at IS NOT NULL`;

/**
 * Makes label.created messages of the label events since the last. The events are the outbox: they are written in the
 * transaction of the label, so that an annotation costs nothing more for being told. A webhook has one such message
 * under way at a time, which keeps them in order and lets a backlog gather into few. The number of messages made.
 */
export async function collectLabels(db: Database, now: Date = db.now()): Promise<number> {
  return inTransaction(db, async (tx) => {
    const behind = await tx.query<{ id: string; project_id: string; label_seq: number }>(
      `SELECT w.id, w.project_id, w.label_seq
       FROM webhooks w JOIN projects p ON p.id = w.project_id AND p.deleted_at IS NULL
       WHERE w.disabled_at IS NULL AND 'label.created' = ANY(w.event_types) AND w.label_seq < p.label_seq
         AND NOT EXISTS (${underWaySql('w.id')})
       ORDER BY w.id LIMIT $1 FOR NO KEY UPDATE OF w SKIP LOCKED`,
      [maxWebhooks],
    );
    for (const webhook of behind) await collect(tx, webhook, now);
    return behind.length;
  });
}

interface LabelRow {
  seq: number;
  item_id: string;
  external_id: string | null;
  class_key: string | null;
  skip: SkipReason | null;
  created_at: Date;
}

async function collect(
  tx: Tx,
  { id, project_id, label_seq }: { id: string; project_id: string; label_seq: number },
  now: Date,
): Promise<void> {
  const events = await tx.query<LabelRow>(
    `SELECT e.seq, e.item_id, i.external_id, e.class_key, e.skip, e.created_at
     FROM label_events e JOIN items i ON i.id = e.item_id
     WHERE e.project_id = $1 AND e.seq > $2 AND NOT EXISTS (${underWaySql('$4')}) ORDER BY e.seq LIMIT $3`,
    [project_id, label_seq, maxLabels, id],
  );
  const last = events.at(-1);
  if (!last) return; // another collector, which held the webhook until now, has made a message
  const message: WebhookMessage = {
    type: 'label.created',
    timestamp: last.created_at.toISOString(),
    data: {
      projectId: project_id,
      fromSeq: events[0]!.seq,
      toSeq: last.seq,
      labels: events.map((event) => ({
        seq: event.seq,
        itemId: event.item_id,
        externalId: event.external_id,
        classKey: event.class_key,
        skip: event.skip,
        at: event.created_at.toISOString(),
      })),
    },
  };
  await insertDelivery(tx, id, message, now);
  await tx.query('UPDATE webhooks SET label_seq = $2 WHERE id = $1', [id, last.seq]);
}
