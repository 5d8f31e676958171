import { TangentError } from '@tangent/contracts';
import type { Database, Sql } from '../core/database.js';
import { inPipeline, type PipelinedTx } from '../core/pipelined.js';
import { applyResolution } from './apply-resolution.js';
import { lockItem } from './locked-item.js';

export interface UndoInput {
  readonly annotationId: string;
  readonly userId: string;
  /** Reviewers may; annotators undo their own. */
  readonly mayUndoOthers: boolean;
  readonly now?: Date;
  readonly also?: (tx: Sql) => Promise<void>;
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
  return inPipeline(db, (tx) => undoIn(tx, input, { now: input.now ?? db.now(), isLast: true }));
}

/** undoAnnotation as a part of a larger transaction, unless `isLast`: then it ends the transaction. */
export async function undoIn(
  tx: PipelinedTx,
  { annotationId, userId, mayUndoOthers, also }: Omit<UndoInput, 'now'>,
  { now, isLast }: { readonly now: Date; readonly isLast: boolean },
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
  await Promise.all([
    tx.query('UPDATE annotations SET superseded_at = $2, superseded_by_id = $3 WHERE id = $1', [
      annotationId,
      now,
      userId,
    ]),
    also?.(tx),
  ]);
  const rest = item.annotations.filter((a) => a !== annotation);
  const { labelSeq } = await applyResolution(tx, item, rest, { now, isLast });
  return { itemId: item.id, projectId: item.projectId, labelSeq };
}
