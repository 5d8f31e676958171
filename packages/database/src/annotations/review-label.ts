import { TangentError } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { inPipeline } from '../core/pipelined.js';
import { audit } from '../people/audit.js';
import type { Actor } from '../people/users.js';
import { startRoundIfDue } from '../rounds/maybe-start-round.js';
import { applyResolution } from './apply-resolution.js';
import { isClassOf, unknownClass } from './known-class.js';
import { lockItem } from './locked-item.js';

export interface ReviewInput {
  readonly itemId: string;
  /** The label from now on, whatever the answers are; null: what they make of it. */
  readonly classKey: string | null;
  readonly actor: Actor;
  readonly now?: Date;
}

/**
 * A reviewer decides what the item is, or takes that back. The annotations stay as they are, and may go on. The same
 * decision again changes nothing. Throws not-found, item-is-holdout, unknown-class.
 */
export async function reviewLabel(db: Database, input: ReviewInput): Promise<{ labelSeq: number | null }> {
  const { itemId, classKey, actor, now = db.now() } = input;
  const change = await inPipeline(db, async (tx) => {
    const [item, hasClass] = await Promise.all([
      lockItem(tx, itemId),
      classKey === null || isClassOf(tx, itemId, classKey),
    ]);
    const { projectId, reviewedClass: before } = item;
    if (item.isHoldout)
      throw new TangentError(
        'item-is-holdout',
        `Item ${itemId} is held out to measure accuracy; its label came with its import and stays.`,
      );
    if (classKey !== null && !hasClass) throw await unknownClass(tx, projectId, classKey);
    if (classKey === before) return { projectId, labelSeq: null, isRoundLikely: false };
    // Before the event, which locks the project's row.
    await audit(tx, {
      actorId: actor.userId,
      ip: actor.ip,
      action: 'label.review',
      targetType: 'item',
      targetId: itemId,
      detail: { projectId, classKey, before: item.label?.classKey ?? null },
    });
    const reviewed = { ...item, reviewedClass: classKey };
    return { projectId, ...(await applyResolution(tx, reviewed, item.annotations, { now, isLast: true })) };
  });
  await startRoundIfDue(db, change, now);
  return { labelSeq: change.labelSeq };
}
