import { TangentError } from '@tangent/contracts';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { applyResolution } from './apply-resolution.js';
import { lockItem } from './locked-item.js';

export interface UndoInput {
  readonly annotationId: string;
  readonly userId: string;
  /** Reviewers may; annotators undo their own. */
  readonly mayUndoOthers: boolean;
  readonly now?: Date;
  readonly also?: (tx: Tx) => Promise<void>;
}

/**
 * Supersedes an annotation with nothing: the item counts as what the other answers make of it, and can be leased
 * and labeled again. An answer that this one had replaced does not come back. Throws not-found, forbidden,
 * annotation-superseded.
 */
export async function undoAnnotation(
  db: Database,
  input: UndoInput,
): Promise<{ itemId: string; projectId: string; labelSeq: number | null }> {
  return inTransaction(db, async (tx) => {
    const undone = await undoIn(tx, input, input.now ?? db.now());
    await input.also?.(tx);
    return undone;
  });
}

/** undoAnnotation as a part of a larger transaction. */
export async function undoIn(
  tx: Tx,
  { annotationId, userId, mayUndoOthers }: Pick<UndoInput, 'annotationId' | 'userId' | 'mayUndoOthers'>,
  now: Date,
): Promise<{ itemId: string; projectId: string; labelSeq: number | null }> {
  const [found] = await tx.query<{ item_id: string; annotator_id: string }>(
    'SELECT item_id, annotator_id FROM annotations WHERE id = $1',
    [annotationId],
  );
  if (!found) throw new TangentError('not-found', `There is no annotation ${annotationId}.`);
  if (found.annotator_id !== userId && !mayUndoOthers)
    throw new TangentError('forbidden', 'Only reviewers may undo the annotations of others.');
  const item = await lockItem(tx, found.item_id);
  const annotation = item.annotations.find(({ id }) => id === annotationId);
  if (!annotation) {
    throw new TangentError(
      'annotation-superseded',
      `The annotation ${annotationId} was undone or replaced already; nothing is left to undo.`,
    );
  }
  await tx.query('UPDATE annotations SET superseded_at = $2, superseded_by_id = $3 WHERE id = $1', [
    annotationId,
    now,
    userId,
  ]);
  const rest = item.annotations.filter((a) => a !== annotation);
  const labelSeq = await applyResolution(tx, item, rest, now);
  return { itemId: item.id, projectId: item.projectId, labelSeq };
}
