// Waiting for conditions, never for time alone.

/** @param {number} ms */
export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Polls until `condition` gives something truthy and returns it, or undefined after `timeoutMs`.
 *
 * @template T
 * @param {() => Promise<T> | T} condition
 * @param {{ timeoutMs: number, everyMs?: number }} options
 * @returns {Promise<T | undefined>}
 */
export async function until(condition, { timeoutMs, everyMs = 50 }) {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() >= deadline) return undefined;
    await pause(everyMs);
  }
}
