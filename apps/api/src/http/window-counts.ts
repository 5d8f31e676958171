import type { FastifyRateLimitStore } from '@fastify/rate-limit';

/** Keys that are counted at once; of more, the one whose window began first is forgotten. */
const maxKeys = 5000;

interface Window {
  count: number;
  readonly startedAt: number;
}

/**
 * Counts requests in windows of time, in this process. The plugin's own store goes by the wall clock: set back by an hour,
 * no window would end for an hour, and everybody would soon be refused.
 */
export class WindowCounts implements FastifyRateLimitStore {
  readonly #windows = new Map<string, Window>();
  readonly #nowMs: () => number;

  /** @param nowMs of a clock that nobody sets */
  constructor(_options?: unknown, nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  incr(
    key: string,
    callback: (error: Error | null, result?: { current: number; ttl: number }) => void,
    windowMs: number,
  ): void {
    const now = this.#nowMs();
    let window = this.#windows.get(key);
    if (!window || window.startedAt + windowMs <= now) {
      window = { count: 0, startedAt: now };
      // Behind all others, so that the first one is always the oldest.
      this.#windows.delete(key);
      this.#windows.set(key, window);
      if (this.#windows.size > maxKeys) this.#windows.delete(this.#windows.keys().next().value!);
    }
    window.count++;
    callback(null, { current: window.count, ttl: Math.ceil(window.startedAt + windowMs - now) });
  }

  /** Each limit counts for itself. */
  child(): WindowCounts {
    return new WindowCounts(undefined, this.#nowMs);
  }
}
