import { ApiError, UnreachableError } from './api-error.js';
import type { Method } from './routes.js';

export interface RetryPolicy {
  /** Repetitions after the first try; default 4. */
  readonly limit: number;
  /** Wait before the first repetition, doubled every time; default 200. */
  readonly baseDelayMs: number;
  /** No wait is longer; a Retry-After beyond it is thrown instead of waited for; default 10,000. */
  readonly maxDelayMs: number;
}
export const defaultRetryPolicy: RetryPolicy = { limit: 4, baseDelayMs: 200, maxDelayMs: 10_000 };

const transientStatuses = new Set([429, 502, 503, 504]);

/**
 * May the same request be sent again? GET, PUT and DELETE by their nature, POST by its Idempotency-Key.
 * A PATCH only when the server said that it did nothing.
 */
export function mayRepeat(method: Method, error: unknown): boolean {
  if (error instanceof UnreachableError) {
    const isOurFault = error.status !== undefined && error.status < 500;
    return method !== 'PATCH' && !isOurFault;
  }
  if (!(error instanceof ApiError)) return false;
  // No worker holds the model: that ends when one has rebuilt it, not within a few tries. Nor does what takes too long.
  if (error.code === 'no-live-model' || error.code === 'takes-too-long') return false;
  if (error.code === 'idempotency-key-in-use') return true;
  return transientStatuses.has(error.status);
}

/** How long to wait before repetition `attempt` (0, 1, …); undefined: do not. Half of it is random, so that clients spread. */
export function delayBefore(
  attempt: number,
  error: unknown,
  policy: RetryPolicy,
  random: () => number = Math.random,
): number | undefined {
  if (attempt >= policy.limit) return undefined;
  const backoffMs = Math.min(policy.maxDelayMs, policy.baseDelayMs * 2 ** attempt) * (0.5 + random() / 2);
  const askedMs = error instanceof ApiError ? (error.retryAfterMs ?? 0) : 0;
  if (askedMs > policy.maxDelayMs) return undefined;
  return Math.max(askedMs, backoffMs);
}

/** Resolves after `ms`, rejects with the signal's reason when it is aborted first. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
