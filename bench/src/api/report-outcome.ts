import type { Queryable } from '@tangent/database';
import type { Benchmark } from '../harness.js';
import type { AnnotatorLog } from './annotator-log.js';
import { compareLogs } from './compare-logs.js';
import { readAnnotations, readInconsistencies, readLeaseEnds } from './read-outcome.js';

/** What came of the annotators' work: violations, and the rounds that ended meanwhile. */
export async function reportOutcome(
  b: Benchmark,
  db: Queryable,
  {
    projectId,
    logs,
    startedAt,
    endedAt,
  }: { projectId: string; logs: readonly AnnotatorLog[]; startedAt: number; endedAt: number },
): Promise<void> {
  const annotations = await readAnnotations(db, projectId);
  const violations = compareLogs(logs, annotations);
  const { longestMs, ...inconsistencies } = await readInconsistencies(db, projectId);
  const all = { ...violations, ...inconsistencies };
  b.row({
    claim: `violations: answers lost, changed, doubled or invented, items with two annotators at once, labels that are not what the answers say (of ${annotations.length} answers by ${logs.length} annotators)`,
    measured: Object.values(all).reduce((sum, count) => sum + count, 0),
    unit: 'violations',
    goal: { atMost: 0 },
  });
  b.detail('violations', { ...all, longestLeasedTwiceMs: longestMs });
  b.detail('ends of leases', await readLeaseEnds(db, projectId));
  b.detail('outcomes of answers', outcomesOf(logs));

  const rounds = await db.query<{ status: string; count: number }>(
    `SELECT status::text AS status, count(*)::int AS count FROM rounds
     WHERE project_id = $1 AND finished_at > $2 AND finished_at <= $3 GROUP BY 1 ORDER BY 1`,
    [projectId, new Date(startedAt), new Date(endedAt)],
  );
  const numOf = (status: string) => rounds.find((row) => row.status === status)?.count ?? 0;
  b.row({
    claim: 'rounds finished meanwhile',
    measured: numOf('done'),
    unit: 'rounds',
    goal: { atLeast: 1 },
  });
  b.row({ claim: '… that failed', measured: numOf('failed'), unit: 'rounds', goal: { atMost: 0 } });
}

function outcomesOf(logs: readonly AnnotatorLog[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { outcome } of logs.flatMap(({ answers }) => answers)) {
    const name =
      outcome.kind === 'refused'
        ? outcome.code
        : outcome.kind === 'kept' && outcome.undo !== 'none'
          ? `undo ${outcome.undo}`
          : outcome.kind;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
