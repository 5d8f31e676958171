/** Learning rate by step, from 0 on. */
export type Schedule = (step: number) => number;

export const constantRate =
  (rate: number): Schedule =>
  () =>
    rate;

/**
 * Half a cosine from `rate` at step `warmup` to 0 at step `numSteps`, after a linear rise.
 * Source: Loshchilov & Hutter 2017 (SGDR), equation 5, one cycle.
 */
export function cosineRate(options: {
  readonly rate: number;
  readonly numSteps: number;
  /** Steps of the rise; default 0. */
  readonly warmup?: number;
}): Schedule {
  const { rate, numSteps, warmup = 0 } = options;
  return (step) => {
    if (step < warmup) return (rate * (step + 1)) / warmup;
    const progress = Math.min(1, (step - warmup) / Math.max(1, numSteps - warmup));
    return (rate * (1 + Math.cos(Math.PI * progress))) / 2;
  };
}
