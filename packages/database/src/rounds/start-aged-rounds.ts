import { activeRoundStatuses } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { roundFacts } from './create-round.js';
import { dueTrigger, maybeStartRound } from './maybe-start-round.js';

/**
 * Starts the rounds that have become due by age (`trigger.everyMs`), in all projects; their ids. Whoever looks at the
 * same time finds the round started: what decides is read again under the project's row lock, which is not asked for
 * before a first look says that it is worth it.
 */
export async function startAgedRounds(db: Database, now: Date = db.now()): Promise<string[]> {
  const projects = await db.query<{ id: string }>(
    `SELECT p.id FROM projects p
     LEFT JOIN LATERAL (
       SELECT label_seq, created_at FROM rounds WHERE project_id = p.id ORDER BY number DESC LIMIT 1) r ON true
     WHERE p.deleted_at IS NULL AND p.settings #>> '{trigger,everyMs}' IS NOT NULL
       AND p.label_seq > coalesce(r.label_seq, 0)
       AND (r.created_at IS NULL
         OR r.created_at <= $1::timestamptz - (p.settings #>> '{trigger,everyMs}')::float8 * interval '1 millisecond')
       AND NOT EXISTS (
         SELECT 1 FROM rounds a WHERE a.project_id = p.id AND a.status = ANY($2::round_status[]))`,
    [now, activeRoundStatuses],
  );
  const started: string[] = [];
  for (const { id } of projects) {
    if ((await dueTrigger(db, id, await roundFacts(db, id), now)) === null) continue;
    const roundId = await inTransaction(db, (tx) => maybeStartRound(tx, id, now));
    if (roundId !== null) started.push(roundId);
  }
  return started;
}
