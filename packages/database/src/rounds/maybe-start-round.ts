import { activeRoundStatuses, roundRequest } from '@tangent/contracts';
import { isRoundDue } from '@tangent/labeling';
import type { LabelChange } from '../annotations/apply-resolution.js';
import type { Database, Queryable, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { createRound, type RoundFacts, roundFacts } from './create-round.js';

/**
 * Starts the round that a label made due, after the transaction of the label: whatever a round that ended meanwhile left
 * undone is seen here, since that round's end did not see the label. While a round is active, which one look tells, the
 * project's row is left to the annotators.
 */
export async function startRoundIfDue(
  db: Database,
  { projectId, isRoundLikely }: { readonly projectId: string } & Pick<LabelChange, 'isRoundLikely'>,
  now: Date,
): Promise<string | null> {
  if (!isRoundLikely) return null;
  const active = await db.query(
    'SELECT 1 FROM rounds WHERE project_id = $1 AND status = ANY($2::round_status[])',
    [projectId, activeRoundStatuses],
  );
  if (active.length > 0) return null;
  return inTransaction(db, (tx) => maybeStartRound(tx, projectId, now));
}

/**
 * startDueRound for a transaction that does not hold the project's row yet: takes it, so that of two such transactions
 * the later sees what the earlier did, and none of them can miss that a round is due.
 */
export async function maybeStartRound(tx: Tx, projectId: string, now: Date): Promise<string | null> {
  await tx.query('SELECT 1 FROM projects WHERE id = $1 FOR NO KEY UPDATE', [projectId]);
  return startDueRound(tx, projectId, now);
}

/**
 * Starts a round by the project's own settings if its trigger says so; the round's id, or null. For the transaction
 * that changed labels or ended a round, and holds the project's row by that.
 */
export async function startDueRound(tx: Tx, projectId: string, now: Date): Promise<string | null> {
  const facts = await roundFacts(tx, projectId);
  const trigger = await dueTrigger(tx, projectId, facts, now);
  if (trigger === null) return null;
  const request = roundRequest.parse({});
  return createRound(tx, facts, { projectId, request, trigger, createdById: null, now });
}

/** Why a round is due by the project's own settings; null: none is. */
export async function dueTrigger(
  db: Queryable,
  projectId: string,
  facts: RoundFacts,
  now: Date,
): Promise<ReturnType<typeof isRoundDue>> {
  if (facts.isDeleted) return null;
  const { everyLabels, everyMs } = facts.settings.trigger;
  const msSince = (moment: Date | undefined | null) => (moment ? now.getTime() - moment.getTime() : null);
  return isRoundDue({
    everyLabels,
    everyMs,
    numLabelsSinceRound: await numLabelsSince(db, projectId, facts),
    msSinceRound: msSince(facts.last?.createdAt),
    msSinceLabel: msSince(facts.lastLabelAt),
    numClassesLabeled: facts.numClassesLabeled,
    numUnlabeled: facts.numUnlabeled,
    hasActiveRound: facts.active !== null,
  });
}

/** Labels that the last round's snapshot does not hold, counted only as far as the triggers look. */
async function numLabelsSince(db: Queryable, projectId: string, facts: RoundFacts): Promise<number> {
  const { everyLabels, everyMs } = facts.settings.trigger;
  const since = facts.last?.labelSeq ?? 0;
  const fewest = everyMs === null ? everyLabels : 1;
  // There are at least as many events as labels, so mostly no label need be counted.
  if (fewest === null || facts.labelSeq - since < fewest) return 0;
  const [row] = await db.query<{ n: number }>(
    `SELECT count(*)::int AS n FROM (
       SELECT 1 FROM labels WHERE project_id = $1 AND label_seq > $2 LIMIT $3) fresh`,
    [projectId, since, everyLabels ?? fewest],
  );
  return row!.n;
}
