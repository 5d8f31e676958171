import {
  type ProjectClass,
  type ProjectType,
  type Round,
  type RoundConfig,
  type RoundStatus,
  roundConfig,
  type StrategyName,
  TangentError,
} from '@tangent/contracts';
import { roundProgress } from '@tangent/labeling';
import type { Queryable } from '../core/database.js';
import { decodeCursor, type Page, type PageRequest, pageOf } from '../core/page.js';

interface RoundRow {
  id: string;
  project_id: string;
  number: number;
  status: RoundStatus;
  attempt: number;
  trigger: Round['trigger'];
  strategy: string;
  seed: number;
  batch_size: number;
  config: unknown;
  snapshot_key: string | null;
  num_shards: number;
  failed_in: RoundStatus | null;
  timings: Record<string, number>;
  metrics: Record<string, unknown>;
  error_code: string | null;
  error_detail: string | null;
  created_at: Date;
  finished_at: Date | null;
  model_version: number | null;
  num_featured: number;
  num_scored: number;
}

const roundSql = `
  SELECT r.id, r.project_id, r.number, r.status, r.attempt, r.trigger, r.strategy, r.seed, r.batch_size, r.config,
    r.snapshot_key, r.num_shards, r.failed_in, r.timings, r.metrics, r.error_code, r.error_detail, r.created_at,
    r.finished_at, v.number AS model_version, s.num_featured, s.num_scored
  FROM rounds r
  LEFT JOIN model_versions v ON v.id = r.model_version_id
  CROSS JOIN LATERAL (SELECT count(features_key)::int AS num_featured, count(scored_at)::int AS num_scored
                      FROM round_shards WHERE round_id = r.id) s`;

/** Throws not-found. */
export async function getRound(db: Pick<Queryable, 'query'>, roundId: string): Promise<Round> {
  const [row] = await db.query<RoundRow>(`${roundSql} WHERE r.id = $1`, [roundId]);
  if (!row) throw noRound(roundId);
  return toRound(row);
}

/** In no particular order; those that there are. */
export async function getRounds(db: Queryable, roundIds: readonly string[]): Promise<Round[]> {
  const rows = await db.query<RoundRow>(`${roundSql} WHERE r.id = ANY($1)`, [roundIds]);
  return rows.map(toRound);
}

/** Newest first. */
export async function listRounds(
  db: Queryable,
  { projectId, cursor, limit }: { projectId: string } & PageRequest,
): Promise<Page<Round>> {
  const after = decodeCursor(cursor, 'n');
  const rows = await db.query<RoundRow>(
    `${roundSql} WHERE r.project_id = $1 AND ($2::int IS NULL OR r.number < $2) ORDER BY r.number DESC LIMIT $3`,
    [projectId, after?.[0] ?? null, limit + 1],
  );
  return pageOf(rows, limit, toRound, (row) => [row.number]);
}

export function noRound(roundId: string): TangentError {
  return new TangentError('not-found', `There is no round ${roundId}.`);
}

function toRound(row: RoundRow): Round {
  return {
    id: row.id,
    projectId: row.project_id,
    number: row.number,
    status: row.status,
    strategy: row.strategy as StrategyName,
    seed: row.seed,
    batchSize: row.batch_size,
    config: roundConfig.parse(row.config),
    progress: roundProgress({
      status: row.status,
      failedIn: row.failed_in,
      numShards: row.num_shards,
      numFeatured: row.num_featured,
      numScored: row.num_scored,
    }),
    timings: row.timings,
    metrics: row.metrics,
    modelVersion: row.model_version,
    poolSnapshot: row.snapshot_key,
    attempt: row.attempt,
    trigger: row.trigger,
    createdAt: row.created_at.toISOString(),
    finishedAt: row.finished_at?.toISOString() ?? null,
    error: row.error_code === null ? null : { code: row.error_code, detail: row.error_detail ?? '' },
  };
}

export interface RoundShardRecord {
  readonly index: number;
  readonly fromIndex: number;
  readonly toIndex: number;
  readonly featuresKey: string | null;
  readonly featuresAttempt: number;
  readonly hasScores: boolean;
  readonly scoreAttempt: number;
}

/** A network and how items become its inputs: what a round computes with. */
export interface RoundNetworkRecord {
  readonly checkpointKey: string;
  readonly featuriser: unknown;
  readonly metrics: Record<string, unknown>;
}

export interface RoundModelRecord extends RoundNetworkRecord {
  readonly id: string;
  readonly number: number;
  readonly config: unknown;
  readonly numLabels: number;
}

/** A round as its jobs see it. */
export interface RoundJobRecord {
  readonly id: string;
  readonly projectId: string;
  readonly number: number;
  readonly status: RoundStatus;
  readonly attempt: number;
  readonly seed: number;
  readonly batchSize: number;
  readonly config: RoundConfig;
  /** Label events up to here are in the snapshot. */
  readonly labelSeq: number;
  readonly snapshotKey: string | null;
  readonly statisticsKey: string | null;
  readonly numShards: number;
  readonly shards: readonly RoundShardRecord[];
  /** The model that it trained. Null: not yet, or never where labels are of fewer than two classes (a cold start). */
  readonly model: RoundModelRecord | null;
  /** The model, or the untrained network of a cold start. Null before the end of the training phase. */
  readonly network: RoundNetworkRecord | null;
  readonly metrics: Record<string, unknown>;
  readonly project: {
    readonly type: ProjectType;
    /** In the order of their columns. */
    readonly classes: ProjectClass[];
    readonly isDeleted: boolean;
  };
}

/** Throws not-found. */
export async function getRoundForJob(db: Queryable, roundId: string): Promise<RoundJobRecord> {
  const row = await db.prisma.round.findUnique({
    where: { id: roundId },
    include: {
      modelVersion: true,
      project: { include: { classes: { orderBy: { position: 'asc' } } } },
      shards: {
        orderBy: { index: 'asc' },
        // Not the scores themselves, which every job would carry about.
        select: {
          index: true,
          fromIndex: true,
          toIndex: true,
          featuresKey: true,
          featuresAttempt: true,
          scoredAt: true,
          scoreAttempt: true,
        },
      },
    },
  });
  if (!row) throw noRound(roundId);
  const { project, modelVersion } = row;
  const model = modelVersion && {
    id: modelVersion.id,
    number: modelVersion.number,
    checkpointKey: modelVersion.checkpointKey,
    config: modelVersion.config,
    featuriser: modelVersion.featuriser,
    numLabels: modelVersion.numLabels,
    metrics: modelVersion.metrics as Record<string, unknown>,
  };
  return {
    id: row.id,
    projectId: row.projectId,
    number: row.number,
    status: row.status,
    attempt: row.attempt,
    seed: row.seed,
    batchSize: row.batchSize,
    config: roundConfig.parse(row.config),
    labelSeq: row.labelSeq,
    snapshotKey: row.snapshotKey,
    statisticsKey: row.statisticsKey,
    numShards: row.numShards,
    shards: row.shards.map(({ scoredAt, ...shard }) => ({ ...shard, hasScores: scoredAt !== null })),
    model,
    network: model ?? (row.coldNetwork as RoundNetworkRecord | null),
    metrics: row.metrics as Record<string, unknown>,
    project: {
      type: project.type,
      classes: project.classes.map(({ key, name, hotkey }) => ({ key, name, hotkey })),
      isDeleted: project.deletedAt !== null,
    },
  };
}

/** The last round that is done, whose posterior the live model continues. Null: none. */
export async function getLastDoneRound(db: Queryable, projectId: string): Promise<RoundJobRecord | null> {
  const row = await db.prisma.round.findFirst({
    where: { projectId, status: 'done' },
    orderBy: { number: 'desc' },
    select: { id: true },
  });
  return row && getRoundForJob(db, row.id);
}

/** A model version of the project by its number, to train on from. Null: there is none. */
export async function getModelVersion(
  db: Queryable,
  { projectId, number }: { projectId: string; number: number },
): Promise<Pick<RoundModelRecord, 'checkpointKey' | 'config' | 'featuriser'> | null> {
  return db.prisma.modelVersion.findUnique({
    where: { projectId_number: { projectId, number } },
    select: { checkpointKey: true, config: true, featuriser: true },
  });
}
