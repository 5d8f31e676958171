import { chooseSlot, leaseExpiry } from '@tangent/labeling';
import { newId } from '../core/ids.js';
import type { PipelinedTx } from '../core/pipelined.js';
import type { Candidate, Search } from './candidates.js';

export interface ClaimedLease {
  readonly leaseId: string;
  readonly candidate: Candidate;
  readonly expiresAt: Date;
  /** Once the lease is written, which was sent and not waited for. Fails where that failed. */
  readonly fence: () => Promise<number>;
}

interface ItemState {
  id: string;
  status: string;
  num_annotations: number;
  num_asked_more: number;
  slots: number[];
  is_held: boolean;
  is_answered: boolean;
  last_closed_at: Date | null;
}

export interface ClaimOptions {
  readonly leaseMs: number;
  /** They are items that this annotator has skipped, and may answer anew. Default false: neither held nor answered. */
  readonly isAgain?: boolean;
}

/**
 * Leases candidates whose rows this transaction holds. Between the snapshot in which they were found and the lock
 * somebody else may have taken or answered one: this statement sees that, and such a candidate is left out.
 * Leases of theirs that have expired are closed on the way.
 *
 * `now` is when the request came. An item that was given back since then begins its next lease when it was given back,
 * or the table would show it with two annotators at once.
 */
export async function claim(
  tx: PipelinedTx,
  search: Search,
  candidates: readonly Candidate[],
  { leaseMs, isAgain = false }: ClaimOptions,
): Promise<ClaimedLease[]> {
  if (candidates.length === 0) return [];
  const { projectId, annotatorId, overlap, now } = search;
  const states = await tx.query<ItemState>(
    `WITH expired AS (
       UPDATE leases SET closed_at = $3, closed_by = 'expired'
       WHERE item_id = ANY($1) AND closed_at IS NULL AND expires_at <= $3)
     SELECT i.id, i.status, i.num_annotations, i.num_asked_more,
       ARRAY(SELECT l.slot FROM leases l WHERE l.item_id = i.id AND l.closed_at IS NULL AND l.expires_at > $3) AS slots,
       EXISTS (SELECT 1 FROM leases l WHERE l.item_id = i.id AND l.annotator_id = $2 AND l.closed_at IS NULL AND l.expires_at > $3) AS is_held,
       EXISTS (SELECT 1 FROM annotations a WHERE a.item_id = i.id AND a.annotator_id = $2 AND a.superseded_at IS NULL) AS is_answered,
       (SELECT max(l.closed_at) FROM leases l WHERE l.item_id = i.id) AS last_closed_at
     FROM items i WHERE i.id = ANY($1)`,
    [candidates.map((c) => c.itemId), annotatorId, now],
  );
  const stateOf = new Map(states.map((state) => [state.id, state]));
  const expiresAt = leaseExpiry(now, leaseMs);
  const granted = candidates.flatMap((candidate) => {
    const state = stateOf.get(candidate.itemId);
    const isGold = candidate.arm === 'gold';
    if (state?.status !== (isGold ? 'labeled' : isAgain ? 'skipped' : 'unlabeled')) return [];
    if (state.is_held || state.is_answered !== isAgain) return [];
    const slot = chooseSlot({
      // A gold item measures everybody who comes.
      overlap: isGold ? Number.POSITIVE_INFINITY : overlap + state.num_asked_more,
      // An answer that replaces one needs no place beside it.
      numAnswers: isAgain ? 0 : state.num_annotations,
      slotsTaken: state.slots,
    });
    if (slot === null) return [];
    const createdAt = state.last_closed_at && state.last_closed_at > now ? state.last_closed_at : now;
    return [{ candidate, slot, createdAt, leaseId: newId('lease') }];
  });
  if (granted.length === 0) return [];
  const records = granted.map(({ candidate, slot, createdAt, leaseId }) => ({
    id: leaseId,
    item_id: candidate.itemId,
    slot,
    arm: candidate.arm,
    rank: candidate.rank,
    score: candidate.score,
    reason: candidate.reason,
    round_id: candidate.roundId,
    created_at: createdAt,
  }));
  const written = tx.query<{ id: string; fence: number }>(
    `WITH r AS (SELECT * FROM json_to_recordset($1::json)
                AS r(id text, item_id text, slot int, arm text, rank int, score float8, reason text, round_id text, created_at timestamptz)),
     fenced AS (UPDATE items SET num_leases = num_leases + 1 FROM r WHERE items.id = r.item_id
                RETURNING items.id, items.num_leases)
     INSERT INTO leases (id, project_id, item_id, slot, annotator_id, fence, arm, rank, score, reason, round_id,
                         created_at, expires_at)
     SELECT r.id, $2, r.item_id, r.slot, $3, fenced.num_leases, r.arm, r.rank, r.score, r.reason, r.round_id, r.created_at, $4
     FROM r JOIN fenced ON fenced.id = r.item_id
     RETURNING id, fence`,
    [JSON.stringify(records), projectId, annotatorId, expiresAt],
  );
  const fences = written.then((rows) => new Map(rows.map((row) => [row.id, row.fence])));
  // Told by fence(), and by every statement behind this one.
  fences.catch(() => undefined);
  return granted.map(({ candidate, leaseId }) => ({
    leaseId,
    candidate,
    expiresAt,
    fence: async () => (await fences).get(leaseId)!,
  }));
}
