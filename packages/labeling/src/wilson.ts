import { quantile95 as z } from './quantile.js';

/**
 * Wilson's score interval for a share, 95%: where the true accuracy lies when `successes` of `trials` were right.
 * Stays within [0, 1] also near the ends. Throws RangeError without a trial. Source: Wilson 1927.
 */
export function wilsonInterval(successes: number, trials: number): [number, number] {
  if (!(trials > 0) || successes < 0 || successes > trials)
    throw new RangeError(`no interval for ${successes} of ${trials}`);
  const p = successes / trials;
  const centre = (p + (z * z) / (2 * trials)) / (1 + (z * z) / trials);
  const half =
    (z / (1 + (z * z) / trials)) * Math.sqrt((p * (1 - p)) / trials + (z * z) / (4 * trials * trials));
  // Of all or none right, an end is the share itself; rounding must not leave it outside of its own interval.
  return [Math.max(0, Math.min(p, centre - half)), Math.min(1, Math.max(p, centre + half))];
}
