const secondMs = 1000;
const hourMs = 3600 * secondMs;
const longestMs = 24 * hourMs;

/**
 * How long after each failed attempt the next one comes, before jitter: 5 s, then four times as long each time, at
 * most a day: 5 s, 20 s, 80 s, 5 min, 21 min, 85 min, 5.7 h, 22.8 h, 24 h, 24 h. Eleven attempts over 3.2 days.
 */
export const retryDelaysMs: readonly number[] = Array.from({ length: 10 }, (_, i) =>
  Math.min(5 * secondMs * 4 ** i, longestMs),
);

const jitter = 0.2;

/**
 * The wait after the (step + 1)th failure in a row, or null when there is no further attempt. `random` in [0, 1)
 * spreads it by ±20%, so that messages that failed together do not come back together. A receiver that asks for more
 * time (Retry-After) gets it, up to a day.
 */
export function nextDelayMs(step: number, random: number, retryAfterMs = 0): number | null {
  const delayMs = retryDelaysMs[step];
  if (delayMs === undefined) return null;
  const spread = delayMs * (1 - jitter + 2 * jitter * random);
  return Math.round(Math.max(spread, Math.min(retryAfterMs, longestMs)));
}

/** An endpoint that answered nothing well for so long is disabled. */
export const disableAfterMs = 5 * 24 * hourMs;

/** A receiver without an attempt for so long, twice the longest wait, is not known to have failed all the time. */
export const unheardAfterMs = 2 * longestMs;

/** An attempt whose worker was not heard of for so long is made again: longer than an attempt may take. */
export const claimMs = 30 * secondMs;
