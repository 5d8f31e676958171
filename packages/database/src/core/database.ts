import { PrismaPg } from '@prisma/adapter-pg';
import { TangentError } from '@tangent/contracts';
import pg from 'pg';
import { type Prisma, PrismaClient } from '../generated/client.js';
import type { CopyWriter } from './copy.js';
import { asTangentError } from './errors.js';
import { preparedName } from './prepared.js';
import { RecordingPool } from './recording-pool.js';
import { serverClock } from './server-clock.js';

/** Where SQL can be run. */
export interface Sql {
  /** SQL with $1 … $n, on the same connection as `prisma` when in a transaction. Buffers travel as bytea, uncopied. */
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** The time by the clock of the database: what ends, ends by it, whatever the clock of this machine shows. */
  now(): Date;
}

/** Where a use case reads and writes: the database, or a transaction in it. */
export interface Queryable extends Sql {
  /** Typed reads and writes. */
  readonly prisma: Prisma.TransactionClient;
}

/** In a transaction: what is written through it is there entirely or not at all. */
export interface Tx extends Queryable {
  readonly isTransaction: true;
  /** Appends rows by COPY … FROM STDIN (FORMAT binary): of thousands the quickest way, and the one that needs no copy of them. */
  copy<Row>(sql: string, rows: Iterable<Row>, write: (to: CopyWriter, row: Row) => void): Promise<void>;
}

export interface Database extends Queryable {
  readonly prisma: PrismaClient;
  readonly pool: pg.Pool;
  /** Connections of `inPipeline`, half as many as in `pool`. */
  readonly pipelines: pg.Pool;
  /** For connections beside the pool: listeners, advisory locks. */
  readonly url: string;
  /** Looks at the clock of the database, which is otherwise first done after a minute. Never throws. */
  followClock(): Promise<void>;
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  /** Connections in the pool; default 10. Half as many more for what many people do at once. */
  readonly maxConnections?: number;
  /** Shown in pg_stat_activity; default tangent. */
  readonly applicationName?: string;
  /**
   * The server ends a transaction that stands still for longer, and frees its locks: the process that has it may be
   * frozen. Default 60,000.
   */
  readonly idleTransactionMs?: number;
}

/** Connects lazily: a database that is down shows at the first query, as `database-unavailable`. */
export function openDatabase({
  url,
  maxConnections = 10,
  applicationName = 'tangent',
  idleTransactionMs,
}: DatabaseOptions): Database {
  const config = {
    ...connectionConfig(url, applicationName, idleTransactionMs),
    // Waiting longer than this for a connection helps nobody: the caller is told that the database is busy or gone.
    connectionTimeoutMillis: 10_000,
  };
  const pool = new RecordingPool({ ...config, max: maxConnections });
  const pipelines = new pg.Pool({ ...config, max: Math.ceil(maxConnections / 2), pipeline: true });
  // An idle connection that dies is replaced at its next use; without a listener it would end the process.
  for (const each of [pool, pipelines]) each.on('error', () => undefined);
  // One in use that dies is told by its statements; Prisma listens to its own.
  pipelines.on('connect', (client) => client.on('error', () => undefined));
  const prisma = new PrismaClient({ adapter: new PrismaPg(pool) });
  const clock = serverClock(async () => {
    const [row] = await runOn<{ ms: number }>(
      pool,
      'SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS ms',
    );
    return row!.ms;
  });
  let isClosed = false;
  return {
    prisma,
    pool,
    pipelines,
    url,
    query: (sql, values) => runOn(pool, sql, values),
    now: clock.now,
    followClock: clock.follow,
    async close() {
      if (isClosed) return;
      isClosed = true;
      clock.stop();
      await prisma.$disconnect();
      await Promise.all([pool.end(), pipelines.end()]);
    },
  };
}

/**
 * Times travel as timestamptz. Prisma's adapter writes them without a zone, so the session must be in UTC
 * whatever the server's default is. The server's default of random_page_cost is that of turning disks: with it the
 * planner reads a whole pool rather than look 64 items up.
 */
export function connectionConfig(
  url: string,
  applicationName: string,
  idleTransactionMs = 60_000,
): pg.ClientConfig {
  return {
    connectionString: url,
    application_name: applicationName,
    options: `-c TimeZone=UTC -c random_page_cost=1.1 -c idle_in_transaction_session_timeout=${idleTransactionMs}`,
    keepAlive: true,
  };
}

/** Runs one statement and turns the loss of the connection into `database-unavailable`. */
export async function runOn<Row extends object>(
  connection: pg.Pool | pg.ClientBase,
  sql: string,
  values: readonly unknown[] = [],
): Promise<Row[]> {
  try {
    // Without values it is BEGIN, COMMIT or a cursor's: nothing to plan.
    const name = values.length > 0 ? preparedName(sql) : undefined;
    const result = await connection.query<Row>({
      text: sql,
      values: values as unknown[],
      ...(name && { name }),
    });
    return result.rows;
  } catch (error) {
    throw asTangentError(error);
  }
}

/** A connection of the pool, to be released by the caller. Throws `database-unavailable`. */
export async function connectionOf(pool: pg.Pool): Promise<pg.PoolClient> {
  try {
    return await pool.connect();
  } catch (error) {
    throw asTangentError(error);
  }
}

/** Throws `database-unavailable` unless the database answers. */
export async function ping(db: Database): Promise<void> {
  const rows = await db.query('SELECT 1 AS one');
  if (rows.length !== 1)
    throw new TangentError('database-unavailable', 'The database did not answer a ping.');
}
