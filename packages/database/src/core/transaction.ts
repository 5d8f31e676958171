import { withSpan } from '@tangent/tracing';
import { copyRows } from './copy.js';
import { type Database, runOn, type Tx } from './database.js';
import { asTangentError, isConflict } from './errors.js';
import { recordConnection } from './recording-pool.js';

export interface TransactionOptions {
  /** Default ReadCommitted: every statement sees what was committed before it. */
  readonly isolation?: 'ReadCommitted' | 'RepeatableRead' | 'Serializable';
  /** Of the whole transaction; default 120,000. */
  readonly timeoutMs?: number;
}

const maxAttempts = 5;

/**
 * Runs `work` in a transaction, again when Postgres chose it as the victim of a deadlock or of a failed
 * serialization (five times at most). `work` must do nothing that cannot be done twice outside of `tx`.
 */
export function inTransaction<T>(
  db: Database,
  work: (tx: Tx) => Promise<T>,
  { isolation = 'ReadCommitted', timeoutMs = 120_000 }: TransactionOptions = {},
): Promise<T> {
  return withSpan('transaction', { kind: 'client' }, () =>
    againAfterConflict(() => once(db, work, isolation, timeoutMs)),
  );
}

/** Runs a whole transaction, and again where Postgres chose it as the victim. */
export async function againAfterConflict<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await transaction();
    } catch (error) {
      if (!isConflict(error) || attempt === maxAttempts) throw asTangentError(error);
    }
  }
}

function once<T>(
  db: Database,
  work: (tx: Tx) => Promise<T>,
  isolationLevel: NonNullable<TransactionOptions['isolation']>,
  timeout: number,
): Promise<T> {
  return recordConnection((recorded) =>
    db.prisma.$transaction(
      (prisma) => {
        const client = recorded();
        return work({
          isTransaction: true,
          prisma,
          now: db.now,
          query: (sql, values) => runOn(client, sql, values),
          copy: (sql, rows, write) => copyRows(client, sql, rows, write),
        });
      },
      { isolationLevel, timeout, maxWait: 10_000 },
    ),
  );
}
