import { withSpan } from '@tangent/tracing';
import type pg from 'pg';
import { connectionOf, type Database, runOn, type Sql } from './database.js';
import { asTangentError } from './errors.js';
import { againAfterConflict } from './transaction.js';

/**
 * A transaction whose statements are sent without waiting for the answers to those before, and run in the order in which
 * they were called: `Promise.all` of several costs one round trip. Once one has failed, those behind it fail too.
 */
export interface PipelinedTx extends Sql {
  readonly isPipelined: true;
  /**
   * The last statement of the transaction, with COMMIT right behind it: a row that it locks is free again without waiting
   * for this process. Where it fails nothing is kept.
   */
  last<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
}

/**
 * Runs `work` in a transaction (READ COMMITTED), again after a deadlock, on a connection that sends ahead: for what many
 * people do at once. Prisma waits for every answer, and cannot run on it.
 */
export function inPipeline<T>(db: Database, work: (tx: PipelinedTx) => Promise<T>): Promise<T> {
  return withSpan('transaction', { kind: 'client' }, () => againAfterConflict(() => once(db, work)));
}

async function once<T>(db: Database, work: (tx: PipelinedTx) => Promise<T>): Promise<T> {
  const client = await connectionOf(db.pipelines);
  const transaction = new Pipeline(client, db.now);
  try {
    const result = await work(transaction);
    await transaction.end('COMMIT');
    client.release();
    return result;
  } catch (error) {
    // What cannot even be rolled back is a connection that nobody should be given again.
    const broken = await transaction.end('ROLLBACK').then(
      () => undefined,
      (cause: Error) => cause,
    );
    client.release(broken);
    throw asTangentError(error);
  }
}

class Pipeline implements PipelinedTx {
  readonly isPipelined = true;
  private ending: Promise<unknown> | undefined;
  private readonly begun: Promise<unknown>;

  constructor(
    private readonly client: pg.PoolClient,
    readonly now: () => Date,
  ) {
    this.begun = runOn(client, 'BEGIN ISOLATION LEVEL READ COMMITTED');
    // Told by end(), and by every statement behind it.
    this.begun.catch(() => undefined);
  }

  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    if (this.ending) throw new Error('the transaction has ended: this statement would not be a part of it');
    return runOn<Row>(this.client, sql, values);
  }

  async last<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]> {
    const rows = this.query<Row>(sql, values);
    this.ending = runOn(this.client, 'COMMIT');
    const [found] = await Promise.all([rows, this.ending]);
    return found;
  }

  /** Waits for all that was sent. */
  async end(how: 'COMMIT' | 'ROLLBACK'): Promise<void> {
    this.ending ??= runOn(this.client, how);
    await Promise.all([this.begun, this.ending]);
  }
}
