import { channels, type ProjectSettings } from '@tangent/contracts';
import { type AnswerGiven, numAskedMore, resolveLabel } from '@tangent/labeling';
import type { Tx } from '../core/database.js';
import { type AnnotationRow, annotationColumns, toAnswer } from './annotation-records.js';

/** Items that are read, weighed and written together. */
const atOnce = 2000;

/**
 * Gives label or skip to the open items that have answers enough by these settings, in the order of import, with an event
 * each; how many. For a change of the settings, which holds their lock and the project's row.
 */
export async function settleItems(
  tx: Tx,
  { projectId, settings, now }: { projectId: string; settings: ProjectSettings; now: Date },
): Promise<number> {
  let numSettled = 0;
  for (let afterOrdinal = -1; ; ) {
    const items = await tx.query<{ id: string; ordinal: number }>(
      `SELECT id, ordinal FROM items WHERE project_id = $1 AND ordinal > $2 AND status = 'unlabeled' AND NOT is_holdout
         AND num_annotations >= $3 ORDER BY ordinal LIMIT ${atOnce}`,
      [projectId, afterOrdinal, settings.overlap],
    );
    const settled = await weigh(
      tx,
      items.map(({ id }) => id),
      settings,
    );
    if (settled.length > 0) await write(tx, projectId, settled, now);
    numSettled += settled.length;
    if (items.length < atOnce) return numSettled;
    afterOrdinal = items.at(-1)!.ordinal;
  }
}

interface Settled {
  readonly itemId: string;
  readonly classKey: string | null;
  readonly skip: string | null;
  readonly isRandom: boolean;
  readonly numAskedMore: number;
}

async function weigh(tx: Tx, itemIds: readonly string[], settings: ProjectSettings): Promise<Settled[]> {
  const rows = await tx.query<AnnotationRow>(
    `SELECT ${annotationColumns} FROM annotations a WHERE a.item_id = ANY($1) AND a.superseded_at IS NULL`,
    [itemIds],
  );
  const answersOf = new Map<string, AnswerGiven[]>(itemIds.map((itemId) => [itemId, []]));
  for (const row of rows) answersOf.get(row.item_id)!.push(toAnswer(row));
  return [...answersOf].flatMap(([itemId, answers]) => {
    const item = {
      answers,
      overlap: settings.overlap,
      requeue: settings.requeue,
      // An item with either has a label already.
      importedClass: null,
      reviewedClass: null,
    };
    const found = resolveLabel(item);
    if (found.kind === 'open') return [];
    const by =
      found.kind === 'labeled'
        ? { classKey: found.classKey, skip: null, isRandom: found.isRandom }
        : { classKey: null, skip: found.reason, isRandom: false };
    return [{ itemId, ...by, numAskedMore: numAskedMore(item) }];
  });
}

async function write(tx: Tx, projectId: string, settled: readonly Settled[], now: Date): Promise<void> {
  await tx.query(
    `WITH numbered AS (
       UPDATE projects SET label_seq = label_seq + $3 WHERE id = $1 RETURNING label_seq - $3 AS before),
     settled AS (
       SELECT numbered.before + s.n::int AS seq, s.*
       FROM numbered, unnest($4::text[], $5::text[], $6::text[], $7::boolean[], $8::int[])
         WITH ORDINALITY s(item_id, class_key, skip, is_random, num_asked_more, n)),
     item AS (
       UPDATE items i SET num_asked_more = s.num_asked_more,
         status = (CASE WHEN s.class_key IS NULL THEN 'skipped' ELSE 'labeled' END)::item_status
       FROM settled s WHERE i.id = s.item_id),
     label AS (
       INSERT INTO labels (item_id, project_id, class_key, source, is_random, label_seq, resolved_at)
       SELECT item_id, $1, class_key, 'annotation', is_random, seq, $2 FROM settled WHERE class_key IS NOT NULL),
     event AS (
       INSERT INTO label_events (project_id, seq, item_id, class_key, skip, created_at)
       SELECT $1, seq, item_id, class_key, skip, $2 FROM settled)
     SELECT pg_notify($9, json_build_object('type', 'label.created', 'projectId', $1::text, 'itemId', item_id,
       'labelSeq', seq)::text)::text FROM settled ORDER BY seq`,
    [
      projectId,
      now,
      settled.length,
      settled.map(({ itemId }) => itemId),
      settled.map(({ classKey }) => classKey),
      settled.map(({ skip }) => skip),
      settled.map(({ isRandom }) => isRandom),
      settled.map((item) => item.numAskedMore),
      channels.events,
    ],
  );
}
