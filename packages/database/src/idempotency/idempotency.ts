import { createHash } from 'node:crypto';
import type { Database, Sql } from '../core/database.js';
import { unhurriedSql } from '../core/unhurried.js';

/** The answer to the first request with a key, given again to those that repeat it. */
export interface KeptResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: unknown;
}

/** Who holds a key at the moment; whoever took it over is not overwritten by the one before. */
export interface IdempotencyHolder {
  readonly userId: string;
  readonly key: string;
  readonly startedAt: Date;
}

export type IdempotencyStart =
  | { readonly kind: 'fresh'; readonly holder: IdempotencyHolder }
  | ({ readonly kind: 'replay' } & KeptResponse)
  | { readonly kind: 'running' }
  | { readonly kind: 'other-request' };

/** SHA-256 over method, path and body. */
export function hashRequest(method: string, path: string, body: string | Uint8Array): string {
  return createHash('sha256').update(`${method} ${path}\n`).update(body).digest('hex');
}

interface KeyRow {
  request_hash: string;
  status: number | null;
  headers: Record<string, string> | null;
  body: unknown;
}

/**
 * Claims a key. A request that still runs after `staleAfterMs` (default 60,000) is taken to have died with its
 * process: the repetition takes over. That is safe for writes that complete the key in their own transaction, for
 * had the dead one committed, its response would be there.
 *
 * It does not wait for the disk: what the request writes does, and the disk takes the claim before that. A server that
 * dies in between forgets both.
 */
export async function beginIdempotent(
  db: Database,
  input: { userId: string; key: string; requestHash: string; now?: Date; staleAfterMs?: number },
): Promise<IdempotencyStart> {
  const { userId, key, requestHash, now = db.now(), staleAfterMs = 60_000 } = input;
  const holder = { userId, key, startedAt: now };
  const claimed = await db.query(
    `WITH ${unhurriedSql}
     INSERT INTO idempotency_keys AS k (user_id, key, request_hash, created_at)
     SELECT $1, $2, $3, $4::timestamptz FROM unhurried
     ON CONFLICT (user_id, key) DO UPDATE SET created_at = EXCLUDED.created_at
       WHERE k.completed_at IS NULL AND k.request_hash = EXCLUDED.request_hash AND k.created_at < $5
     RETURNING 1`,
    [userId, key, requestHash, now, new Date(now.getTime() - staleAfterMs)],
  );
  if (claimed.length > 0) return { kind: 'fresh', holder };
  const [row] = await db.query<KeyRow>(
    'SELECT request_hash, status, headers, body FROM idempotency_keys WHERE user_id = $1 AND key = $2',
    [userId, key],
  );
  // Abandoned since the claim failed: the caller may try again, as after any request that still ran.
  if (!row) return { kind: 'running' };
  if (row.request_hash !== requestHash) return { kind: 'other-request' };
  if (row.status === null) return { kind: 'running' };
  return { kind: 'replay', status: row.status, headers: row.headers ?? {}, body: row.body };
}

/**
 * Keeps the response. With the transaction of the write itself both are there or neither. Throws when another
 * request took the key over: then the write must not happen either.
 */
export async function completeIdempotent(
  tx: Sql,
  holder: IdempotencyHolder,
  response: KeptResponse,
  now: Date = tx.now(),
): Promise<void> {
  assertHeld(await tx.query(completeSql({ with: '', from: '' }), completion(holder, response, now)), holder);
}

/**
 * Keeps the response to what is committed already and does no harm when it is done twice, without waiting for the disk.
 * A server that dies at that moment may forget it: a repetition is then told that the first request still runs, and
 * takes it over a minute later.
 */
export async function completeUnhurried(
  db: Database,
  holder: IdempotencyHolder,
  response: KeptResponse,
): Promise<void> {
  const sql = completeSql({ with: `WITH ${unhurriedSql}`, from: 'FROM unhurried' });
  assertHeld(await db.query(sql, completion(holder, response, db.now())), holder);
}

const completeSql = (clauses: { with: string; from: string }) =>
  `${clauses.with} UPDATE idempotency_keys SET status = $4, headers = $5, body = $6, completed_at = $7 ${clauses.from}
   WHERE user_id = $1 AND key = $2 AND created_at = $3 AND completed_at IS NULL RETURNING 1`;

const completion = (
  { userId, key, startedAt }: IdempotencyHolder,
  { status, headers, body }: KeptResponse,
  now: Date,
) => [userId, key, startedAt, status, JSON.stringify(headers), JSON.stringify(body ?? null), now];

function assertHeld(updated: readonly unknown[], { key }: IdempotencyHolder): void {
  if (updated.length === 0)
    throw new Error(`the Idempotency-Key ${key} was taken over by a repetition of the request`);
}

/** The request failed: its key may be used again; a minute later, should the server die and forget this. */
export async function abandonIdempotent(
  db: Database,
  { userId, key, startedAt }: IdempotencyHolder,
): Promise<void> {
  await db.query(
    `WITH ${unhurriedSql} DELETE FROM idempotency_keys USING unhurried
     WHERE user_id = $1 AND key = $2 AND created_at = $3 AND completed_at IS NULL`,
    [userId, key, startedAt],
  );
}

const dayMs = 24 * 3_600_000;

/** Removes keys older than a day; their number. */
export async function removeOldKeys(db: Sql, now: Date = db.now()): Promise<number> {
  const rows = await db.query('DELETE FROM idempotency_keys WHERE created_at < $1 RETURNING 1', [
    new Date(now.getTime() - dayMs),
  ]);
  return rows.length;
}
