import type { RankingInfo } from '@tangent/contracts';
import type { Queryable } from '../core/database.js';

export interface RankingInfoRow {
  round_id: string;
  strategy: string;
  model_version: number | null;
  num_live_updates: number;
  computed_at: Date;
  num_labels_behind: number;
}

/** Which ranking the queue is served from, and how fresh it is. Null: none yet. */
export async function getRankingInfo(db: Queryable, projectId: string): Promise<RankingInfo | null> {
  const [row] = await db.query<RankingInfoRow>(
    `SELECT k.round_id, r.strategy, v.number AS model_version, k.num_live_updates, k.computed_at,
       p.label_seq - k.label_seq AS num_labels_behind
     FROM rankings k
     JOIN projects p ON p.id = k.project_id
     JOIN rounds r ON r.id = k.round_id
     LEFT JOIN model_versions v ON v.id = r.model_version_id
     WHERE k.project_id = $1 AND k.kind = 'live'`,
    [projectId],
  );
  return row ? toRankingInfo(row) : null;
}

export function toRankingInfo(row: RankingInfoRow): RankingInfo {
  return {
    roundId: row.round_id,
    strategy: row.strategy,
    modelVersion: row.model_version,
    numLiveUpdates: row.num_live_updates,
    computedAt: row.computed_at.toISOString(),
    numLabelsBehind: row.num_labels_behind,
  };
}
