import { type JobName, type JobPayload, TangentError } from '@tangent/contracts';
import { type Database, failOperation, failRound } from '@tangent/database';

const outages = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOSPC',
  'EDQUOT',
  'EMFILE',
  '40001',
  '40P01',
  '57P01',
  'cancelled',
  'blobs-unavailable',
]);

/** Whether trying again may help: servers come back, but the same numbers give the same error. */
export function isRetryable(error: unknown): boolean {
  const code = codeOf(error);
  if (error instanceof TangentError) return code === 'database-unavailable' || code === 'queue-unavailable';
  return outages.has(code) || /compute thread ended/.test(String(error));
}

/**
 * Writes into round or operation what went wrong, so that people see it and can retry. Throws, so that the job comes back,
 * when all that went wrong is that the database was away: that says nothing of the work, however long it lasts.
 */
export async function writeFailure(
  db: Database,
  job: { readonly name: JobName; readonly payload: JobPayload<JobName> },
  error: Error,
): Promise<void> {
  if (error instanceof TangentError && error.code === 'database-unavailable') throw error;
  const { payload } = job;
  if ('operationId' in payload) {
    await failOperation(db, payload.operationId, {
      code: codeOf(error),
      detail: `The import stopped: ${error.message}`,
    });
    return;
  }
  await failRound(db, {
    roundId: payload.roundId,
    attempt: payload.attempt,
    code: codeOf(error),
    detail: `${job.name}: ${error.message}`,
  });
}

function codeOf(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code;
  return typeof code === 'string' ? code : 'internal';
}
