import { pause } from './retry.js';
import type { PollOptions } from './types.js';

/** Looks until `isOver`, a little less often every time. */
export async function pollUntil<T>(
  what: string,
  look: () => Promise<T>,
  isOver: (seen: T) => boolean,
  options: PollOptions = {},
): Promise<T> {
  const { signal, intervalMs = 200, timeoutMs = 600_000 } = options;
  const deadlineMs = Date.now() + timeoutMs;
  for (let waitMs = intervalMs; ; waitMs = Math.min(waitMs * 1.3, intervalMs * 5)) {
    const seen = await look();
    if (isOver(seen)) return seen;
    if (Date.now() > deadlineMs) {
      throw new Error(`${what} is not over after ${timeoutMs} ms: ${JSON.stringify(seen).slice(0, 500)}`);
    }
    await pause(waitMs, signal);
  }
}
