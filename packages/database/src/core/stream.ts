import type { Database } from './database.js';
import { connectionOf, runOn } from './database.js';

export interface StreamOptions {
  /** Rows in memory at once; default 1,000. */
  readonly batchSize?: number;
}

/** The rows of a query, a few at a time, in their order. */
export interface Cursor<Row> {
  /** The next rows; fewer than `numRows` only at the end. */
  fetch(numRows: number): Promise<Row[]>;
  close(): Promise<void>;
}

/** Reads of one snapshot: whatever is committed meanwhile, they all see the database as it was at the start. */
export interface Snapshot {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  cursor<Row extends object>(sql: string, values: readonly unknown[]): Promise<Cursor<Row>>;
  /** All rows of a query, in constant memory. */
  stream<Row extends object>(
    sql: string,
    values: readonly unknown[],
    options?: StreamOptions,
  ): AsyncGenerator<Row, void, undefined>;
}

/** Runs `read` on one snapshot (REPEATABLE READ, read only) on a connection that it holds until it ends. */
export async function withSnapshot<T>(db: Database, read: (snapshot: Snapshot) => Promise<T>): Promise<T> {
  const held = await openSnapshot(db);
  try {
    return await read(held.snapshot);
  } finally {
    await held.close();
  }
}

/** For generators, which cannot run inside a callback. Close it in any case. */
export async function openSnapshot(
  db: Database,
): Promise<{ snapshot: Snapshot; close: () => Promise<void> }> {
  const client = await connectionOf(db.pool);
  // A connection that is lost between two reads is told by the next one; without a listener it would end the process.
  const onLost = () => undefined;
  client.on('error', onLost);
  let numCursors = 0;
  const query: Snapshot['query'] = (sql, values) => runOn(client, sql, values);
  const cursor: Snapshot['cursor'] = async <Row extends object>(sql: string, values: readonly unknown[]) => {
    const name = `tangent_cursor_${++numCursors}`;
    await query(`DECLARE ${name} NO SCROLL CURSOR FOR ${sql}`, values);
    return {
      fetch: (numRows: number) => query<Row>(`FETCH ${Math.trunc(numRows)} FROM ${name}`),
      close: async () => {
        await query(`CLOSE ${name}`);
      },
    };
  };
  async function* stream<Row extends object>(
    sql: string,
    values: readonly unknown[],
    { batchSize = 1000 }: StreamOptions = {},
  ): AsyncGenerator<Row, void, undefined> {
    const { fetch, close } = await cursor<Row>(sql, values);
    for (;;) {
      const rows = await fetch(batchSize);
      yield* rows;
      if (rows.length < batchSize) break;
    }
    await close();
  }
  const close = async () => {
    try {
      await client.query('ROLLBACK');
      client.release();
    } catch (error) {
      // The connection is broken: the pool must not give it to anybody else.
      client.release(error as Error);
    } finally {
      client.off('error', onLost);
    }
  };
  try {
    await query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    // It keeps no row from anybody, and the reader of a download may pause; those who read have bounds of their own.
    await query(`SET LOCAL idle_in_transaction_session_timeout = '10min'`);
  } catch (error) {
    await close();
    throw error;
  }
  return { snapshot: { query, cursor, stream }, close };
}
