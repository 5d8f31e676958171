import type { ProjectEvent } from '@tangent/contracts';
import { type Database, getProjectSetup, getRankingInfo, listRounds } from '@tangent/database';
import { isActive } from '@tangent/labeling';

/**
 * The state of a project told as the events that would have led to it: whoever connects (again) need not know what
 * they missed.
 */
export async function currentState(db: Database, projectId: string): Promise<ProjectEvent[]> {
  const [ranking, rounds] = await Promise.all([
    getRankingInfo(db, projectId),
    listRounds(db, { projectId, limit: 1 }),
  ]);
  const events: ProjectEvent[] = [];
  if (ranking) {
    const { labelSeq } = await getProjectSetup(db, projectId);
    const { roundId, numLiveUpdates, computedAt, numLabelsBehind } = ranking;
    events.push({
      type: 'ranking.updated',
      projectId,
      roundId,
      numLiveUpdates,
      labelSeq: labelSeq - numLabelsBehind,
      computedAt,
      numFlips: 0,
    });
  }
  const [round] = rounds.items;
  if (round && isActive(round.status)) {
    const { id: roundId, status, progress } = round;
    const { done, total } = progress;
    events.push({ type: 'round.progress', projectId, roundId, status, done, total });
  }
  return events;
}
