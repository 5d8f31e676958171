/** The middle value; the mean of the two middle ones for an even number. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * The value below which `percent` of the sample lies, with linear interpolation between neighbours (the default of
 * numpy and R, type 7).
 *
 * @param percent 0 to 100
 * @throws RangeError for an empty sample, a value that is not finite, or a percent outside 0 to 100
 */
export function percentile(values: readonly number[], percent: number): number {
  if (values.length === 0) throw new RangeError('a percentile of no values does not exist');
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`percent ${percent} is not within 0 to 100`);
  const notFinite = values.find((value) => !Number.isFinite(value));
  if (notFinite !== undefined) throw new RangeError(`the sample holds ${notFinite}`);
  const sorted = [...values].sort((a, b) => a - b);
  const position = ((sorted.length - 1) * percent) / 100;
  const below = Math.floor(position);
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below]! + (sorted[above]! - sorted[below]!) * (position - below);
}

export interface Timing {
  readonly medianMs: number;
  readonly p95Ms: number;
  readonly minMs: number;
  /** every run, in order */
  readonly runsMs: readonly number[];
}

/**
 * Times a function several times, one run after the other.
 *
 * @param options.warmup runs before the clock counts (default 1): compilers, caches and allocations settle there
 * @param options.runs runs that count (default 10)
 */
export async function timeRepeated(
  fn: () => unknown | Promise<unknown>,
  { warmup = 1, runs = 10 }: { readonly warmup?: number; readonly runs?: number } = {},
): Promise<Timing> {
  for (let i = 0; i < warmup; i++) await fn();
  const runsMs: number[] = [];
  for (let i = 0; i < runs; i++) {
    const startedAt = performance.now();
    await fn();
    runsMs.push(performance.now() - startedAt);
  }
  return { medianMs: median(runsMs), p95Ms: percentile(runsMs, 95), minMs: Math.min(...runsMs), runsMs };
}
