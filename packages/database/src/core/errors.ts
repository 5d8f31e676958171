import { TangentError } from '@tangent/contracts';

/** SQLSTATE classes and socket errors that mean: the database is away, not that the statement is wrong. */
const unavailable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EPIPE',
  'ETIMEDOUT',
  '25P03', // its transaction stood still for too long
  '53300', // too many connections
  '57P01', // shut down by the administrator
  '57P02',
  '57P03', // still starting
  '3D000',
  'P1001',
  'P1002',
  'P1003',
  'P1008',
  'P1017',
  'P2024',
  'P2028', // no connection for a transaction in time
  'P2037',
]);
const lostConnection =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Connection ended unexpectedly|not queryable|Server has closed the connection|Can't reach database server|pool after calling end/;

/** The code of a pg or Prisma error: SQLSTATE where there is one. */
export function codeOf(error: unknown): string | undefined {
  const e = error as { code?: unknown; cause?: unknown; meta?: unknown };
  const driver = (e?.meta as { driverAdapterError?: { cause?: { originalCode?: unknown } } } | undefined)
    ?.driverAdapterError?.cause?.originalCode;
  if (typeof driver === 'string') return driver;
  if (typeof e?.code === 'string') return e.code;
  const cause = e?.cause as { originalCode?: unknown; code?: unknown } | undefined;
  if (typeof cause?.originalCode === 'string') return cause.originalCode;
  return typeof cause?.code === 'string' ? cause.code : undefined;
}

/** Two transactions were in each other's way; the same one again will do. */
export function isConflict(error: unknown): boolean {
  if (error instanceof TangentError) return false;
  const code = codeOf(error);
  return code === '40001' || code === '40P01' || code === 'P2034';
}

/** Another row holds the same key; `constraint` narrows it to indexes whose names begin so, or to columns. */
export function isUniqueViolation(error: unknown, constraint?: string): boolean {
  const code = codeOf(error);
  if (code !== '23505' && code !== 'P2002') return false;
  if (constraint === undefined) return true;
  const e = error as { constraint?: unknown; meta?: unknown };
  if (typeof e.constraint === 'string') return e.constraint.startsWith(constraint);
  return JSON.stringify(e.meta ?? {}).includes(constraint);
}

/** SQLSTATE of a full disk under Postgres. */
const diskFull = '53100';

/** Leaves an error as it is, unless it means that the database cannot be reached, or has no room. */
export function asTangentError(error: unknown): unknown {
  if (error instanceof TangentError) return error;
  const code = codeOf(error);
  if (code === diskFull)
    return new TangentError(
      'insufficient-storage',
      'The disk of the database is full. What was asked was not done: ask again when an admin has made room.',
      { cause: error },
    );
  const message = error instanceof Error ? error.message : String(error);
  const isAway =
    (code !== undefined && (unavailable.has(code) || code.startsWith('08'))) || lostConnection.test(message);
  if (!isAway) return error;
  return new TangentError(
    'database-unavailable',
    `The database cannot be reached (${code ?? message}). What was asked was not done; ask again in a moment.`,
    { cause: error },
  );
}
