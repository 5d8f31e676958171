/** How large the pool is, and how often which key is pressed. */
export interface Plan {
  readonly seed: number;
  /** Images of the project, those with a label included. */
  readonly numImages: number;
  readonly numLabeled: number;
  /** Labels that are timed. */
  readonly numLabels: number;
  /** Labels before, which are not. */
  readonly numWarmup: number;
  /** From the painting of an item to the key that answers it. */
  readonly lookMs: number;
  /** Labels without a look at the item, one as soon as the last is painted. */
  readonly numHurried: number;
  readonly numMapPoints: number;
  readonly numMapClicks: number;
}

export const fullPlan: Plan = {
  seed: 1,
  numImages: 10_000,
  numLabeled: 100,
  numLabels: 200,
  numWarmup: 10,
  lookMs: 500,
  numHurried: 50,
  numMapPoints: 100_000,
  numMapClicks: 20,
};

export const quickPlan: Plan = {
  ...fullPlan,
  numImages: 1_000,
  numLabels: 30,
  numWarmup: 3,
  numHurried: 10,
  numMapPoints: 10_000,
  numMapClicks: 5,
};
