import { TangentError } from '@tangent/contracts';
import { isLeaseLive } from '@tangent/labeling';
import type { PipelinedTx } from '../core/pipelined.js';
import { leaseEnded } from '../leases/keep-lease.js';
import type { LockedItem } from './locked-item.js';

/** The lease that an answer is given under, to be closed with it. */
export interface AnsweredLease {
  readonly id: string;
  readonly arm: string;
  readonly roundId: string | null;
}

/** A lease that may decide whether an item can be answered. */
export interface LeaseRow {
  id: string;
  item_id: string;
  annotator_id: string;
  arm: string;
  round_id: string | null;
  expires_at: Date;
  closed_at: Date | null;
  closed_by: string | null;
}

/** What `checkLease` looks at: the leases of the item that are not closed, and the one that is named. */
export function readLeases(
  tx: PipelinedTx,
  itemId: string,
  leaseId: string | undefined,
): Promise<LeaseRow[]> {
  return tx.query<LeaseRow>(
    `SELECT id, item_id, annotator_id, arm, round_id, expires_at, closed_at, closed_by FROM leases
     WHERE (item_id = $1 AND closed_at IS NULL) OR id = $2`,
    [itemId, leaseId ?? null],
  );
}

/**
 * Whether the annotator may answer the item now. With a lease: it must be live, theirs and of this item, or be the
 * one that their standing answer was given under (which is then replaced). Without: they may replace their own
 * answer, use a lease of theirs that they did not name, or answer an item that has room left.
 *
 * Null: allowed without a lease to close. Throws lease-expired, lease-not-yours, already-annotated.
 */
export function checkLease(
  item: LockedItem,
  leases: readonly LeaseRow[],
  input: { annotatorId: string; leaseId: string | undefined; now: Date },
): AnsweredLease | null {
  const { annotatorId, leaseId, now } = input;
  const isLive = (lease: LeaseRow) =>
    isLeaseLive({ closedAt: lease.closed_at, expiresAt: lease.expires_at }, now);
  const own = item.annotations.find((a) => a.annotator_id === annotatorId);
  const numOthers = item.annotations.filter((a) => a !== own).length;
  const numNeeded = item.isGold ? Number.POSITIVE_INFINITY : item.overlap + item.numAskedMore;

  let used: LeaseRow | undefined;
  if (leaseId === undefined) {
    used = leases.find((lease) => lease.annotator_id === annotatorId && isLive(lease));
  } else {
    const named = leases.find((lease) => lease.id === leaseId);
    if (named?.item_id !== item.id || named.annotator_id !== annotatorId) {
      throw new TangentError(
        'lease-not-yours',
        `The lease ${leaseId} is not one of yours for item ${item.id}. Ask for the next item with a new lease.`,
      );
    }
    if (isLive(named)) used = named;
    else if (named.closed_by !== 'annotated') throw leaseEnded(leaseId, named.closed_by, named.expires_at);
  }

  if (numOthers >= numNeeded && own === undefined) {
    throw new TangentError(
      'already-annotated',
      `Item ${item.id} has the ${numNeeded} annotations that it needs, from other annotators. Ask for the next item.`,
    );
  }
  if (used) return { id: used.id, arm: used.arm, roundId: used.round_id };
  if (own) return null;
  const numHeld = leases.filter((lease) => lease.annotator_id !== annotatorId && isLive(lease)).length;
  if (numOthers + numHeld >= numNeeded) {
    throw new TangentError(
      'lease-not-yours',
      `Item ${item.id} is leased to another annotator at the moment. Ask for the next item.`,
    );
  }
  return null;
}
