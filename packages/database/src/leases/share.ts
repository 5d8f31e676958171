import { fairShare } from '@tangent/labeling';
import type { Queryable } from '../core/database.js';

interface Asked {
  readonly projectId: string;
  readonly annotatorId: string;
  readonly count: number;
  /** Of the annotator, about to end. */
  readonly giveBack: readonly string[];
  readonly now: Date;
}

/** Of the others who hold leases, as many as make the pool small or not: for more of them no more open items are counted. */
const mostOthers = 20;

/**
 * How many of the `count` leases that an annotator asks for are within a fair share of what is open. It is looked at before
 * the leases are given, so that requests that cross may go beyond it together: that is no harm, a wait for each other is.
 * No more open items are counted than show that there are enough, and of those at most some hundreds.
 */
export async function countWithinShare(
  db: Queryable,
  { projectId, annotatorId, count, giveBack, now }: Asked,
): Promise<number> {
  const [row] = await db.query<{ num_held: number; num_others: number; num_places: number; enough: number }>(
    `WITH held AS MATERIALIZED (
       SELECT count(*) FILTER (WHERE annotator_id = $2 AND arm <> 'gold')::int AS num_held,
         count(DISTINCT annotator_id) FILTER (WHERE annotator_id <> $2)::int AS num_others
       FROM leases WHERE project_id = $1 AND closed_at IS NULL AND expires_at > $3 AND id <> ALL($4)),
     asked AS MATERIALIZED (
       SELECT num_held, num_others, 2 * (num_held + $5) * (least(num_others, ${mostOthers}) + 1) AS enough FROM held)
     SELECT num_held, num_others, enough, (
       SELECT coalesce(sum(o.overlap + o.num_asked_more - o.num_annotations), 0)::int FROM (
         SELECT (p.settings ->> 'overlap')::int AS overlap, i.num_asked_more, i.num_annotations
         FROM items i JOIN projects p ON p.id = i.project_id
         WHERE i.project_id = $1 AND NOT i.is_holdout AND i.status = 'unlabeled'
         LIMIT enough) o) AS num_places
     FROM asked`,
    [projectId, annotatorId, now, giveBack, count],
  );
  const { num_held: numHeld, num_others: numOthers, num_places: numPlaces, enough } = row!;
  if (numPlaces >= enough) return count;
  return Math.min(count, Math.max(0, fairShare({ numPlaces, numOthers }) - numHeld));
}
