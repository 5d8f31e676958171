import type { RequeuePolicy } from '@tangent/contracts';
import type { ItemAnswers } from '@tangent/labeling';
import type { PipelinedTx } from '../core/pipelined.js';
import { noItem } from '../items/get-item.js';
import { type AnnotationRow, annotationColumns, toAnswer } from './annotation-records.js';
import { keepSettings } from './settings-in-force.js';

/** An item whose row this transaction holds, with its live annotations. */
export interface LockedItem {
  readonly id: string;
  readonly projectId: string;
  readonly status: 'unlabeled' | 'labeled' | 'skipped';
  readonly isHoldout: boolean;
  /** Answers are measured by its label, and never make it. */
  readonly isGold: boolean;
  readonly importedClass: string | null;
  /** The class that a reviewer decided on. */
  readonly reviewedClass: string | null;
  readonly overlap: number;
  readonly requeue: RequeuePolicy;
  /** Annotations needed beyond the overlap, by the policy that was in force at the last answer. */
  readonly numAskedMore: number;
  /** The stored label. */
  readonly label: { readonly classKey: string; readonly source: string; readonly isRandom: boolean } | null;
  /** Live ones. */
  readonly annotations: readonly AnnotationRow[];
}

interface ItemRow {
  project_id: string;
  status: LockedItem['status'];
  is_holdout: boolean;
  is_gold: boolean;
  imported_class: string | null;
  overlap: number;
  requeue: RequeuePolicy;
  num_asked_more: number;
}

/** Waits for whoever holds it. Everything about the item is read after that. Throws not-found. */
export async function lockItem(tx: PipelinedTx, itemId: string): Promise<LockedItem> {
  const [, [item], annotations, [label]] = await Promise.all([
    keepSettings(tx, itemId),
    tx.query<ItemRow>(
      `SELECT i.project_id, i.status, i.is_holdout, i.is_gold, i.imported_class, i.num_asked_more, (p.settings ->> 'overlap')::int AS overlap,
         coalesce(p.settings -> 'requeue', '{"skipped": "never", "flagged": "never"}') AS requeue
       FROM items i JOIN projects p ON p.id = i.project_id AND p.deleted_at IS NULL
       WHERE i.id = $1 FOR NO KEY UPDATE OF i`,
      [itemId],
    ),
    tx.query<AnnotationRow>(
      `SELECT ${annotationColumns} FROM annotations a WHERE a.item_id = $1 AND a.superseded_at IS NULL`,
      [itemId],
    ),
    tx.query<{ class_key: string; source: string; is_random: boolean }>(
      'SELECT class_key, source, is_random FROM labels WHERE item_id = $1',
      [itemId],
    ),
  ]);
  if (!item) throw noItem(itemId);
  return {
    id: itemId,
    projectId: item.project_id,
    status: item.status,
    isHoldout: item.is_holdout,
    isGold: item.is_gold,
    importedClass: item.imported_class,
    reviewedClass: label?.source === 'review' ? label.class_key : null,
    overlap: item.overlap,
    requeue: item.requeue,
    numAskedMore: item.num_asked_more,
    label: label ? { classKey: label.class_key, source: label.source, isRandom: label.is_random } : null,
    annotations,
  };
}

/** What decides the item's label, and how many it needs, with `annotations` as its live ones. */
export function answersOf(item: LockedItem, annotations: readonly AnnotationRow[]): ItemAnswers {
  const { isGold, overlap, requeue, importedClass, reviewedClass } = item;
  return { answers: isGold ? [] : annotations.map(toAnswer), overlap, requeue, importedClass, reviewedClass };
}
