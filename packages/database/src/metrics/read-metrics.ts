import type { RoundStatus } from '@tangent/contracts';
import type { Database } from '../core/database.js';
import { type Snapshot, withSnapshot } from '../core/stream.js';
import { countOutbox } from '../outbox/outbox.js';
import { workerSilenceMs } from '../workers/workers.js';

/** What an operator watches of an installation, as numbers of one snapshot. Ages are by the database's clock. */
export interface InstallationMetrics {
  /** Workers heard of within a day, by engine and device; those that stopped are left out. */
  readonly workers: readonly {
    readonly engine: string;
    readonly device: string;
    readonly numAlive: number;
    readonly numBusy: number;
    /** Silent for more than 15 s, without a goodbye. */
    readonly numLost: number;
  }[];
  readonly rounds: readonly { readonly status: RoundStatus; readonly numRounds: number }[];
  /** How long the longest phase that runs has been running; null: no round is active. */
  readonly longestPhaseSeconds: number | null;
  /** The stalest projects, at most `maxProjects`. */
  readonly rankings: readonly {
    readonly projectId: string;
    /** Age of the oldest label that the live ranking does not know; 0: it knows all. */
    readonly staleSeconds: number;
    readonly numLabelsBehind: number;
  }[];
  readonly outbox: { readonly numWaiting: number; readonly oldestAgeMs: number | null };
  /** Live leases, and those that ran out and were not reclaimed yet. */
  readonly leases: { readonly numLive: number; readonly numExpired: number };
  /** 95th percentiles over the shards of rounds that were active within the last hour; null: none. */
  readonly shardP95Seconds: { readonly features: number | null; readonly scores: number | null };
  readonly imports: {
    /** Over all imports ever; with a time between two readings it gives rows a second. */
    readonly numRowsRead: number;
    readonly numRowsFailed: number;
    readonly numRunning: number;
  };
  readonly databaseBytes: number;
}

export interface MetricsOptions {
  /** Of each statement; default 2,000. */
  readonly statementTimeoutMs?: number;
  /** Bounds the series that are made of projects; default 50. */
  readonly maxProjects?: number;
}

/**
 * Reads small tables and indexed heads of large ones: a few milliseconds, whatever the size of the pools. Throws
 * database-unavailable, and the error of Postgres where a statement takes too long.
 */
export async function readMetrics(
  db: Database,
  { statementTimeoutMs = 2000, maxProjects = 50 }: MetricsOptions = {},
): Promise<InstallationMetrics> {
  return withSnapshot(db, async (snapshot) => {
    await snapshot.query("SELECT set_config('statement_timeout', $1, true)", [`${statementTimeoutMs}ms`]);
    return {
      workers: await readWorkers(snapshot),
      ...(await readRounds(snapshot)),
      rankings: await readRankings(snapshot, maxProjects),
      outbox: await countOutbox(snapshot),
      leases: await readLeases(snapshot),
      shardP95Seconds: await readShards(snapshot),
      imports: await readImports(snapshot),
      databaseBytes: await readSize(snapshot),
    };
  });
}

async function one<Row extends object>(snapshot: Snapshot, sql: string, values?: unknown[]): Promise<Row> {
  const [row] = await snapshot.query<Row>(sql, values);
  return row!;
}

function readWorkers(snapshot: Snapshot): Promise<InstallationMetrics['workers']> {
  return snapshot.query(
    `SELECT engine, device, count(*) FILTER (WHERE is_alive)::int AS "numAlive",
       count(*) FILTER (WHERE is_alive AND current IS NOT NULL)::int AS "numBusy",
       count(*) FILTER (WHERE NOT is_alive)::int AS "numLost"
     FROM (SELECT *, last_heartbeat_at > now() - make_interval(secs => $1) AS is_alive FROM workers
           WHERE last_heartbeat_at > now() - interval '1 day' AND stopped_at IS NULL) heard
     GROUP BY engine, device ORDER BY engine, device`,
    [workerSilenceMs / 1000],
  );
}

async function readRounds(
  snapshot: Snapshot,
): Promise<Pick<InstallationMetrics, 'rounds' | 'longestPhaseSeconds'>> {
  const rounds = await snapshot.query<InstallationMetrics['rounds'][number]>(
    `SELECT status, count(r.id)::int AS "numRounds" FROM unnest(enum_range(NULL::round_status)) AS status
     LEFT JOIN rounds r USING (status) GROUP BY status ORDER BY status`,
  );
  // Written as in the partial index rounds_one_active_per_project, which holds only these.
  const { seconds } = await one<{ seconds: number | null }>(
    snapshot,
    `SELECT extract(epoch FROM now() - min(phase_started_at))::float8 AS seconds FROM rounds
     WHERE status IN ('planned', 'training', 'featurizing', 'scoring', 'selecting')`,
  );
  return { rounds, longestPhaseSeconds: seconds };
}

/** Label events are numbered without gaps, so the first that a ranking does not know is the next number. */
function readRankings(snapshot: Snapshot, maxProjects: number): Promise<InstallationMetrics['rankings']> {
  return snapshot.query(
    `SELECT p.id AS "projectId", p.label_seq - k.label_seq AS "numLabelsBehind",
       coalesce(extract(epoch FROM now() - e.created_at), 0)::float8 AS "staleSeconds"
     FROM rankings k JOIN projects p ON p.id = k.project_id AND p.deleted_at IS NULL
     LEFT JOIN label_events e ON e.project_id = p.id AND e.seq = k.label_seq + 1
     WHERE k.kind = 'live' ORDER BY "staleSeconds" DESC, p.id LIMIT $1`,
    [maxProjects],
  );
}

function readLeases(snapshot: Snapshot): Promise<InstallationMetrics['leases']> {
  return one(
    snapshot,
    `SELECT count(*) FILTER (WHERE expires_at > now())::int AS "numLive",
       count(*) FILTER (WHERE expires_at <= now())::int AS "numExpired" FROM leases WHERE closed_at IS NULL`,
  );
}

function readShards(snapshot: Snapshot): Promise<InstallationMetrics['shardP95Seconds']> {
  return one(
    snapshot,
    `SELECT percentile_cont(0.95) WITHIN GROUP (ORDER BY s.features_ms / 1000) AS features,
       percentile_cont(0.95) WITHIN GROUP (ORDER BY s.score_ms / 1000) AS scores
     FROM rounds r JOIN round_shards s ON s.round_id = r.id
     WHERE coalesce(r.finished_at, r.phase_started_at) > now() - interval '1 hour'`,
  );
}

function readImports(snapshot: Snapshot): Promise<InstallationMetrics['imports']> {
  return one(
    snapshot,
    `SELECT coalesce(sum(num_read), 0)::float8 AS "numRowsRead",
       coalesce(sum(num_failed), 0)::float8 AS "numRowsFailed",
       count(*) FILTER (WHERE status = 'running')::int AS "numRunning"
     FROM operations WHERE kind = 'import' AND NOT is_dry_run`,
  );
}

async function readSize(snapshot: Snapshot): Promise<number> {
  const { bytes } = await one<{ bytes: number }>(
    snapshot,
    'SELECT pg_database_size(current_database())::float8 AS bytes',
  );
  return bytes;
}
