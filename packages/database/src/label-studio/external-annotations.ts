import { type Answer, submitIn } from '../annotations/submit-annotation.js';
import { undoIn } from '../annotations/undo-annotation.js';
import type { Database, Sql } from '../core/database.js';
import { inPipeline } from '../core/pipelined.js';
import { startRoundIfDue } from '../rounds/maybe-start-round.js';

export interface ExternalAnnotation {
  readonly projectId: string;
  /** Label Studio's id of the annotation. */
  readonly externalId: string;
  readonly itemId: string;
  /** Whose answer it is here. */
  readonly annotatorId: string;
  readonly answer: Answer;
  readonly wallMs?: number | undefined;
  /** By Label Studio's clock, RFC 3339: of two states of an annotation the later counts, in whatever order they come. */
  readonly updatedAt: string;
  readonly now?: Date;
}

/**
 * An annotation that was made or changed elsewhere, as an answer here. `already-known`: this state of it, or a later
 * one, was applied before, or it was deleted. A later state that is of another item is an answer for that one; what the
 * annotation said of the first stays. Throws what submitAnnotation throws; then nothing is written.
 */
export async function applyExternalAnnotation(
  db: Database,
  input: ExternalAnnotation,
): Promise<{ kind: 'applied' | 'already-known'; annotationId: string | null }> {
  const { projectId, externalId, answer, updatedAt, now = db.now() } = input;
  const applied = await inPipeline(db, async (tx) => {
    await tx.query(
      `INSERT INTO label_studio_annotations (project_id, external_id, updated_at) VALUES ($1, $2, $3)
       ON CONFLICT DO NOTHING`,
      [projectId, externalId, updatedAt],
    );
    const [known] = await tx.query<{
      annotation_id: string | null;
      item_id: string | null;
      is_deleted: boolean;
      is_later: boolean;
      class_key: string | null;
      skip_reason: string | null;
      is_live: boolean | null;
    }>(
      `SELECT l.annotation_id, l.deleted_at IS NOT NULL AS is_deleted, l.updated_at >= $3::timestamptz AS is_later,
         a.item_id, a.class_key, a.skip_reason, a.superseded_at IS NULL AS is_live
       FROM label_studio_annotations l LEFT JOIN annotations a ON a.id = l.annotation_id
       WHERE l.project_id = $1 AND l.external_id = $2 FOR UPDATE OF l`,
      [projectId, externalId, updatedAt],
    );
    const { annotation_id, item_id, is_deleted, is_later, is_live, class_key, skip_reason } = known!;
    if (is_deleted || (annotation_id !== null && is_later))
      return { kind: 'already-known' as const, annotationId: annotation_id };
    const isSame =
      'classKey' in answer
        ? class_key === answer.classKey
        : annotation_id !== null && skip_reason === answer.skip;
    if (is_live && isSame && item_id === input.itemId) {
      await note(tx, input, annotation_id!);
      return { kind: 'already-known' as const, annotationId: annotation_id };
    }
    const { itemId, annotatorId, wallMs } = input;
    const submitted = await submitIn(tx, { itemId, annotatorId, answer, wallMs }, { now, isLast: false });
    await note(tx, input, submitted.annotation.id);
    return { kind: 'applied' as const, annotationId: submitted.annotation.id, submitted };
  });
  if (applied.kind === 'applied') await startRoundIfDue(db, applied.submitted, now);
  return { kind: applied.kind, annotationId: applied.annotationId };
}

async function note(
  tx: Sql,
  { projectId, externalId, updatedAt }: ExternalAnnotation,
  annotationId: string,
): Promise<void> {
  await tx.query(
    `UPDATE label_studio_annotations SET annotation_id = $3, updated_at = $4 WHERE project_id = $1 AND external_id = $2`,
    [projectId, externalId, annotationId, updatedAt],
  );
}

/**
 * An annotation that was deleted elsewhere: what it said here is undone, unless another answer took its place. It is
 * remembered, so that a message of its making which comes late does not bring it back. Throws forbidden.
 */
export async function removeExternalAnnotation(
  db: Database,
  input: { projectId: string; externalId: string; userId: string; mayUndoOthers: boolean; now?: Date },
): Promise<{ kind: 'removed' | 'already-known'; annotationId: string | null }> {
  const { projectId, externalId, userId, mayUndoOthers, now = db.now() } = input;
  return inPipeline(db, async (tx) => {
    const [known] = await tx.query<{ annotation_id: string | null }>(
      `INSERT INTO label_studio_annotations AS l (project_id, external_id, updated_at, deleted_at)
       VALUES ($1, $2, $3, $3)
       ON CONFLICT (project_id, external_id) DO UPDATE SET deleted_at = coalesce(l.deleted_at, EXCLUDED.deleted_at)
       RETURNING annotation_id`,
      [projectId, externalId, now],
    );
    const annotationId = known!.annotation_id;
    const [live] = await tx.query('SELECT 1 FROM annotations WHERE id = $1 AND superseded_at IS NULL', [
      annotationId,
    ]);
    if (!live) return { kind: 'already-known', annotationId };
    const undo = { annotationId: annotationId!, userId, mayUndoOthers };
    await undoIn(tx, undo, { now, isLast: true });
    return { kind: 'removed', annotationId };
  });
}
