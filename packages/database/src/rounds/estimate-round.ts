import {
  type RoundConfig,
  type RoundEstimate,
  type RoundRequest,
  roundConfig,
  type StrategyName,
  TangentError,
} from '@tangent/contracts';
import { estimatePhases } from '@tangent/labeling';
import type { Database, Tx } from '../core/database.js';
import { inTransaction } from '../core/transaction.js';
import { roundFacts } from './create-round.js';
import { resolveRoundConfig } from './round-config.js';
import { refuseUnfit } from './start-round.js';

/** What the round would do, and how long it would take by the last that is like it. Changes nothing. Throws not-found. */
export async function estimateRound(
  db: Database,
  { projectId, request }: { readonly projectId: string; readonly request: RoundRequest },
): Promise<RoundEstimate> {
  return inTransaction(db, async (tx) => {
    const facts = await roundFacts(tx, projectId);
    const config = resolveRoundConfig(facts.settings, request);
    const pool = await countPool(tx, projectId);
    const basis = await lastLike(tx, projectId, config.strategy);
    const phases =
      basis === null ? [] : estimatePhases(basis.timings, basis.size, sizeOf(config, pool.numItems));
    return {
      strategy: config.strategy,
      batchSize: config.batchSize,
      numLabels: pool.numLabels,
      numItems: pool.numItems,
      numCandidates: Math.min(pool.numUnlabeled, config.candidatesSize ?? pool.numUnlabeled),
      numShards: Math.ceil(pool.numItems / config.shardSize),
      phases,
      totalMs: phases.length === 0 ? null : phases.reduce((sum, { ms }) => sum + ms, 0),
      basis: basis && {
        roundId: basis.roundId,
        number: basis.number,
        strategy: basis.strategy,
        numItems: basis.size.numItems,
      },
      obstacle: obstacleOf(() => refuseUnfit(facts, config.strategy)),
    };
  });
}

function obstacleOf(refuse: () => void): RoundEstimate['obstacle'] {
  try {
    refuse();
    return null;
  } catch (error) {
    if (!(error instanceof TangentError)) throw error;
    return { code: error.code, detail: error.message };
  }
}

const sizeOf = (config: RoundConfig, numItems: number) => ({
  numItems,
  trainingSteps: config.model.steps,
  batchSize: config.batchSize,
});

async function countPool(
  tx: Tx,
  projectId: string,
): Promise<{ numItems: number; numUnlabeled: number; numLabels: number }> {
  const [row] = await tx.query<{ items: number; unlabeled: number; labeled: number }>(
    `SELECT count(*)::int AS items, count(*) FILTER (WHERE status = 'unlabeled')::int AS unlabeled,
       count(*) FILTER (WHERE status = 'labeled')::int AS labeled
     FROM items WHERE project_id = $1 AND NOT is_holdout`,
    [projectId],
  );
  return { numItems: row!.items, numUnlabeled: row!.unlabeled, numLabels: row!.labeled };
}

interface LikeRow {
  id: string;
  number: number;
  strategy: StrategyName;
  timings: Record<string, number>;
  config: unknown;
  num_items: number;
}

/** The last round of the strategy that is done, else the last of any. */
async function lastLike(tx: Tx, projectId: string, strategy: StrategyName) {
  const [row] = await tx.query<LikeRow>(
    `SELECT r.id, r.number, r.strategy, r.timings, r.config,
       (SELECT coalesce(sum(s.to_index - s.from_index), 0)::int FROM round_shards s WHERE s.round_id = r.id) AS num_items
     FROM rounds r WHERE r.project_id = $1 AND r.status = 'done'
     ORDER BY r.strategy = $2 DESC, r.number DESC LIMIT 1`,
    [projectId, strategy],
  );
  if (!row) return null;
  return {
    roundId: row.id,
    number: row.number,
    strategy: row.strategy,
    timings: row.timings,
    size: sizeOf(roundConfig.parse(row.config), row.num_items),
  };
}
