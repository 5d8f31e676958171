import { type ProjectType, type Round, TangentError } from '@tangent/contracts';
import { floatsOf } from '../core/bytes.js';
import type { Database } from '../core/database.js';
import { openSnapshot, type Snapshot } from '../core/stream.js';
import { getRoundRanking, type RankedItemRow } from '../rankings/read-rankings.js';
import { getRound } from '../rounds/get-round.js';

/** Of the ranking, read at once: each look unpacks the whole of it in the database. */
const rankedAtOnce = 20_000;

export interface ReportedShard {
  readonly index: number;
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly featuresAttempt: number;
  readonly featuresMs: number | null;
  readonly scoreAttempt: number;
  readonly scoreMs: number | null;
}

/** A round with all that it recorded, as it was at one moment. */
export interface RoundReport {
  readonly round: Round;
  readonly project: {
    readonly id: string;
    readonly name: string;
    readonly type: ProjectType;
    /** Keys of the classes in the order of the outputs. */
    readonly classes: readonly string[];
  };
  /** The model that it trained; null: none yet, or a cold start. */
  readonly model: {
    readonly version: number;
    readonly numLabels: number;
    readonly metrics: Readonly<Record<string, unknown>>;
  } | null;
  readonly curve: readonly {
    readonly arm: string;
    readonly numLabels: number;
    readonly numCorrect: number;
    readonly numHoldout: number;
  }[];
  readonly shards: readonly ReportedShard[];
  /** First scores of the candidates in the order of the pool, a shard at a time. */
  scores(): AsyncGenerator<readonly { readonly itemId: string; readonly score: number }[], void, undefined>;
  /** The ranking that it ended with, best first; nothing where it has not ended with one. */
  ranking(): AsyncGenerator<readonly RankedItemRow[], void, undefined>;
  /** Ends the transaction and gives the connection back. */
  close(): Promise<void>;
}

/** Opens a snapshot of a round. Holds a connection until it is closed. Throws not-found. */
export async function openRoundReport(db: Database, roundId: string): Promise<RoundReport> {
  const { snapshot, close } = await openSnapshot(db);
  try {
    const round = await getRound(snapshot, roundId);
    const [project] = await snapshot.query<RoundReport['project']>(
      `SELECT id, name, type, ARRAY(SELECT key FROM project_classes WHERE project_id = p.id ORDER BY position) AS classes
       FROM projects p WHERE id = $1`,
      [round.projectId],
    );
    const [model] = await snapshot.query<NonNullable<RoundReport['model']>>(
      `SELECT v.number AS version, v.num_labels AS "numLabels", v.metrics
       FROM rounds r JOIN model_versions v ON v.id = r.model_version_id WHERE r.id = $1`,
      [roundId],
    );
    return {
      round,
      project: project!,
      model: model ?? null,
      curve: await snapshot.query(
        `SELECT arm, num_labels AS "numLabels", num_correct AS "numCorrect", num_holdout AS "numHoldout"
         FROM curve_points WHERE round_id = $1 ORDER BY arm DESC`,
        [roundId],
      ),
      shards: await snapshot.query<ReportedShard>(
        `SELECT index, from_index AS "fromIndex", to_index AS "toIndex", features_attempt AS "featuresAttempt",
           features_ms AS "featuresMs", score_attempt AS "scoreAttempt", score_ms AS "scoreMs"
         FROM round_shards WHERE round_id = $1 ORDER BY index`,
        [roundId],
      ),
      scores: () => scoresOf(snapshot, roundId),
      ranking: () => rankingOf(snapshot, roundId),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function* scoresOf(snapshot: Snapshot, roundId: string): ReturnType<RoundReport['scores']> {
  const shards = snapshot.stream<{ item_ids: string[]; scores: Buffer }>(
    'SELECT item_ids, scores FROM round_shards WHERE round_id = $1 AND scored_at IS NOT NULL ORDER BY index',
    [roundId],
    { batchSize: 1 },
  );
  for await (const shard of shards) {
    const scores = floatsOf(shard.scores);
    yield shard.item_ids.flatMap((itemId, i) =>
      Number.isNaN(scores[i]) ? [] : [{ itemId, score: scores[i]! }],
    );
  }
}

async function* rankingOf(snapshot: Snapshot, roundId: string): ReturnType<RoundReport['ranking']> {
  let cursor: string | undefined;
  do {
    const page = await getRoundRanking(snapshot, { roundId, cursor, limit: rankedAtOnce }).catch((error) => {
      if (error instanceof TangentError && error.code === 'no-ranking') return null;
      throw error;
    });
    if (page === null) return;
    yield page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
