import { type Annotation, type SkipReason, TangentError } from '@tangent/contracts';
import type { Database, Sql } from '../core/database.js';
import { newId } from '../core/ids.js';
import { inPipeline, type PipelinedTx } from '../core/pipelined.js';
import { startRoundIfDue } from '../rounds/maybe-start-round.js';
import { type AnnotationRow, toAnnotation } from './annotation-records.js';
import { applyResolution, type LabelChange } from './apply-resolution.js';
import { type AnsweredLease, checkLease, readLeases } from './check-lease.js';
import { isClassOf, unknownClass } from './known-class.js';
import { type LockedItem, lockItem } from './locked-item.js';

export type Answer = { readonly classKey: string } | { readonly skip: SkipReason };

export interface SubmittedAnnotation {
  readonly annotation: Annotation;
  readonly projectId: string;
  /** Of the label event; null when the label did not change. */
  readonly labelSeq: number | null;
  /** A round that this label started. */
  readonly roundId: string | null;
}

export interface SubmitInput {
  readonly itemId: string;
  readonly annotatorId: string;
  readonly leaseId?: string | undefined;
  readonly answer: Answer;
  readonly flag?: boolean;
  readonly activeMs?: number | undefined;
  readonly wallMs?: number | undefined;
  readonly now?: Date;
  /** Written in the same transaction, e.g. the response under its idempotency key. */
  readonly also?: (tx: Sql, annotation: Annotation) => Promise<void>;
}

/**
 * One transaction: the answer, superseding the annotator's own earlier one; the label that the answers now make; the
 * label event; and the end of the lease. Of a gold item the answers make no label. The same answer under the same lease
 * again gives the annotation that is there.
 * Then the next round, when it is due, in a transaction of its own: the first ends with the project's row in hand, for
 * which all other annotators wait. Should the process die between the two, the next label starts it.
 *
 * Throws not-found, item-is-holdout, unknown-class, lease-expired, lease-not-yours, already-annotated.
 */
export async function submitAnnotation(db: Database, input: SubmitInput): Promise<SubmittedAnnotation> {
  const now = input.now ?? db.now();
  const submitted = await inPipeline(db, (tx) => submitIn(tx, input, { now, isLast: true }));
  const { annotation, projectId, labelSeq } = submitted;
  return { annotation, projectId, labelSeq, roundId: await startRoundIfDue(db, submitted, now) };
}

/** submitAnnotation as a part of a larger transaction, unless `isLast`: then it ends the transaction. */
export async function submitIn(
  tx: PipelinedTx,
  input: Omit<SubmitInput, 'now'>,
  { now, isLast }: { readonly now: Date; readonly isLast: boolean },
): Promise<Pick<SubmittedAnnotation, 'annotation' | 'projectId'> & LabelChange> {
  const { itemId, annotatorId, leaseId, answer } = input;
  const [item, leases, hasClass] = await Promise.all([
    lockItem(tx, itemId),
    readLeases(tx, itemId, leaseId),
    'classKey' in answer ? isClassOf(tx, itemId, answer.classKey) : true,
  ]);
  if (item.isHoldout && !item.isGold) {
    throw new TangentError(
      'item-is-holdout',
      `Item ${itemId} is held out to measure accuracy; its label came with its import and stays.`,
    );
  }
  if ('classKey' in answer && !hasClass) throw await unknownClass(tx, item.projectId, answer.classKey);
  const lease = checkLease(item, leases, { annotatorId, leaseId, now });
  const own = item.annotations.find((a) => a.annotator_id === annotatorId);
  if (own && leaseId !== undefined && own.lease_id === leaseId && isSameAnswer(own, input)) {
    const annotation = toAnnotation(own);
    await input.also?.(tx, annotation);
    return { annotation, projectId: item.projectId, labelSeq: null, isRoundLikely: false };
  }

  const row = newAnnotation(item, input, { lease, supersedes: own, now });
  const annotation = toAnnotation(row);
  // Before the event, which locks the project's row.
  await Promise.all([
    own && supersede(tx, own.id, { now, annotatorId }),
    insertAnnotation(tx, item, row, { input, lease }),
    input.also?.(tx, annotation),
  ]);
  const annotations = [...item.annotations.filter((a) => a !== own), row];
  const change = await applyResolution(tx, item, annotations, { now, isLast });
  return { annotation, projectId: item.projectId, ...change };
}

function supersede(
  tx: PipelinedTx,
  annotationId: string,
  { now, annotatorId }: { now: Date; annotatorId: string },
): Promise<unknown> {
  return tx.query('UPDATE annotations SET superseded_at = $2, superseded_by_id = $3 WHERE id = $1', [
    annotationId,
    now,
    annotatorId,
  ]);
}

function isSameAnswer(
  own: AnnotationRow,
  { answer, flag = false }: Pick<SubmitInput, 'answer' | 'flag'>,
): boolean {
  const { classKey, skipReason } = partsOf(answer);
  return own.class_key === classKey && own.skip_reason === skipReason && own.flag === flag;
}

function partsOf(answer: Answer): { classKey: string | null; skipReason: string | null } {
  if ('classKey' in answer) return { classKey: answer.classKey, skipReason: null };
  return { classKey: null, skipReason: answer.skip };
}

function newAnnotation(
  item: LockedItem,
  input: Omit<SubmitInput, 'also' | 'now'>,
  {
    lease,
    supersedes,
    now,
  }: { lease: AnsweredLease | null; supersedes: AnnotationRow | undefined; now: Date },
): AnnotationRow {
  return {
    id: newId('annotation'),
    item_id: item.id,
    annotator_id: input.annotatorId,
    // A replacement belongs to the lease of what it replaces: how the item came to this annotator has not changed.
    lease_id: lease?.id ?? supersedes?.lease_id ?? null,
    class_key: partsOf(input.answer).classKey,
    skip_reason: partsOf(input.answer).skipReason,
    flag: input.flag ?? false,
    arm: lease?.arm ?? supersedes?.arm ?? null,
    supersedes_id: supersedes?.id ?? null,
    created_at: now,
    superseded_at: null,
  };
}

function insertAnnotation(
  tx: PipelinedTx,
  item: LockedItem,
  row: AnnotationRow,
  { input, lease }: { input: Omit<SubmitInput, 'also' | 'now'>; lease: AnsweredLease | null },
): Promise<unknown> {
  return tx.query(
    `WITH closed AS (UPDATE leases SET closed_at = $14, closed_by = 'annotated' WHERE id = $13 AND closed_at IS NULL)
     INSERT INTO annotations (id, project_id, item_id, annotator_id, lease_id, class_key, skip_reason, flag,
       active_ms, wall_ms, arm, round_id, supersedes_id, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11,
       coalesce($12, (SELECT round_id FROM annotations WHERE id = $15)), $15, $14)`,
    [
      row.id,
      item.projectId,
      row.item_id,
      row.annotator_id,
      row.lease_id,
      row.class_key,
      row.skip_reason,
      row.flag,
      input.activeMs ?? null,
      input.wallMs ?? null,
      row.arm,
      lease?.roundId ?? null,
      lease?.id ?? null,
      row.created_at,
      row.supersedes_id,
    ],
  );
}
