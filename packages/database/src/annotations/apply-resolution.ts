import { channels } from '@tangent/contracts';
import { numAskedMore, type Resolution, resolveLabel } from '@tangent/labeling';
import type { PipelinedTx } from '../core/pipelined.js';
import type { AnnotationRow } from './annotation-records.js';
import { answersOf, type LockedItem } from './locked-item.js';

export interface LabelChange {
  /** Of the label event; null: label and skip stayed. */
  readonly labelSeq: number | null;
  /** Whether it may be that enough labels for a round have come. */
  readonly isRoundLikely: boolean;
}

/**
 * Writes what the item counts as now that its live annotations are `annotations`, and, when label or skip changed,
 * the label event. Taking the event's number locks the project's row until the end of the transaction, which is
 * what puts the events in one order; it comes last, so that the lock is short. With `isLast` the transaction ends with
 * the event: all annotators of the project wait for what comes after it.
 */
export async function applyResolution(
  tx: PipelinedTx,
  item: LockedItem,
  annotations: readonly AnnotationRow[],
  { now, isLast }: { readonly now: Date; readonly isLast: boolean },
): Promise<LabelChange> {
  const answers = answersOf(item, annotations);
  const after = resolveLabel(answers);
  const written = tx.query(
    'UPDATE items SET status = $2::item_status, num_annotations = $3, num_asked_more = $4 WHERE id = $1',
    [item.id, after.kind === 'open' ? 'unlabeled' : after.kind, annotations.length, numAskedMore(answers)],
  );
  if (!isChange(item, after)) {
    await Promise.all([written, updateOrigin(tx, item, after)]);
    return { labelSeq: null, isRoundLikely: false };
  }
  const sql = eventSql[after.kind === 'labeled' ? 'set' : 'clear'];
  const values = [
    item.projectId,
    item.id,
    after.kind === 'labeled' ? after.classKey : null,
    after.kind === 'skipped' ? after.reason : null,
    now,
    channels.events,
    ...(after.kind === 'labeled' ? [after.source, after.isRandom] : []),
  ];
  const event = isLast ? tx.last<EventRow>(sql, values) : tx.query<EventRow>(sql, values);
  const [[row]] = await Promise.all([event, written]);
  return { labelSeq: row!.seq, isRoundLikely: row!.is_round_likely };
}

interface EventRow {
  seq: number;
  is_round_likely: boolean;
}

// Rounds that others make meanwhile hold more labels, not fewer: what is unlikely by the statement's snapshot is so.
const numberedSql = `numbered AS (
  UPDATE projects p SET label_seq = label_seq + 1 WHERE id = $1
  RETURNING label_seq AS seq, settings #>> '{trigger,everyLabels}' IS NOT NULL AND coalesce(
    (SELECT r.label_seq FROM rounds r WHERE r.project_id = p.id ORDER BY r.number DESC LIMIT 1)
      + (settings #>> '{trigger,everyLabels}')::int <= label_seq, true) AS is_round_likely)`;
const announcedSql = `
  event AS (INSERT INTO label_events (project_id, seq, item_id, class_key, skip, created_at)
    SELECT $1, seq, $2, $3, $4, $5 FROM numbered)
  SELECT seq, pg_notify($6, json_build_object('type', 'label.created', 'projectId', $1::text, 'itemId', $2::text,
    'labelSeq', seq)::text), is_round_likely FROM numbered`;
// One statement: while it holds the project's row, nothing waits for the network.
const eventSql = {
  set: `WITH ${numberedSql},
    label AS (INSERT INTO labels (item_id, project_id, class_key, source, is_random, label_seq, resolved_at)
      SELECT $2, $1, $3, $7, $8, seq, $5 FROM numbered
      ON CONFLICT (item_id) DO UPDATE SET class_key = EXCLUDED.class_key, source = EXCLUDED.source,
        is_random = EXCLUDED.is_random, label_seq = EXCLUDED.label_seq, resolved_at = EXCLUDED.resolved_at),
    ${announcedSql}`,
  clear: `WITH ${numberedSql}, label AS (DELETE FROM labels WHERE item_id = $2), ${announcedSql}`,
};

function isChange(item: LockedItem, after: Resolution): boolean {
  if (after.kind === 'labeled') return item.label?.classKey !== after.classKey;
  if (item.label !== null) return true;
  if (after.kind === 'open') return item.status !== 'unlabeled';
  if (item.status !== 'skipped') return true;
  const before = resolveLabel(answersOf(item, item.annotations));
  return before.kind !== 'skipped' || before.reason !== after.reason;
}

/** The same class for another reason is nothing that a model must learn. */
async function updateOrigin(tx: PipelinedTx, { id, label }: LockedItem, after: Resolution): Promise<void> {
  if (after.kind !== 'labeled') return;
  if (label?.source === after.source && label.isRandom === after.isRandom) return;
  await tx.query('UPDATE labels SET source = $2, is_random = $3 WHERE item_id = $1', [
    id,
    after.source,
    after.isRandom,
  ]);
}
