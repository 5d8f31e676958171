import { activeRoundStatuses, type RoundOfProject, type RoundStatus } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';
import { getRounds } from './get-round.js';

/** Rounds of all projects that were not put away, newest first. */
export async function listAllRounds(
  db: Queryable,
  { status, cursor, limit }: { status?: RoundStatus | 'active' | undefined } & PageRequest,
): Promise<Page<RoundOfProject>> {
  const after = decodeCursor(cursor, 's');
  const statuses = status === 'active' ? activeRoundStatuses : status && [status];
  const rows = await db.query<{ id: string; name: string; phase_started_at: Date }>(
    `SELECT r.id, p.name, r.phase_started_at
     FROM rounds r JOIN projects p ON p.id = r.project_id AND p.deleted_at IS NULL
     WHERE ($1::text[] IS NULL OR r.status::text = ANY($1)) AND ($2::text IS NULL OR r.id < $2)
     ORDER BY r.id DESC LIMIT $3`,
    [statuses ?? null, after?.[0] ?? null, limit + 1],
  );
  const rounds = new Map(
    (
      await getRounds(
        db,
        rows.map(({ id }) => id),
      )
    ).map((round) => [round.id, round]),
  );
  return pageOf(
    rows,
    limit,
    ({ id, name, phase_started_at }) => {
      const {
        projectId,
        number,
        status,
        strategy,
        attempt,
        trigger,
        createdAt,
        finishedAt,
        error,
        progress,
      } = rounds.get(id)!;
      return {
        id,
        projectId,
        projectName: name,
        number,
        status,
        strategy,
        attempt,
        trigger,
        createdAt,
        finishedAt,
        error,
        progress,
        phaseStartedAt: phase_started_at.toISOString(),
      };
    },
    ({ id }) => [id],
  );
}
