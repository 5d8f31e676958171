import type { CallOptions } from '@tangent/client';
import type { Random } from '@tangent/compute';

/** The longest time after which a request is given up. */
const longestMs = 30;

/**
 * Makes a request whose answer gets lost: given up at a moment of the first 30 ms, whether the server has done it, is
 * at it, or has not heard of it; then repeated with the same Idempotency-Key. Answers like the repetition.
 */
export async function loseAnswer<T>(random: Random, call: (options: CallOptions) => Promise<T>): Promise<T> {
  const idempotencyKey = keyOf(random);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(new Error('lost on purpose')), longestMs * random.uniform());
  await call({ idempotencyKey, signal: stop.signal }).catch(() => undefined);
  clearTimeout(timer);
  return call({ idempotencyKey });
}

/** 128 bits in hex. */
export function keyOf(random: Random): string {
  return Array.from({ length: 16 }, () => random.integer(256).toString(16).padStart(2, '0')).join('');
}
