/** How many simulated annotators work, for how long, and what they do how often. */
export interface Plan {
  readonly seed: number;
  readonly numAnnotators: number;
  readonly durationMs: number;
  /** Items of the pool without a label. */
  readonly numUnlabeled: number;
  readonly numLabeled: number;
  readonly numHeldOut: number;
  /** A round after so many labels. */
  readonly everyLabels: number;
  readonly leaseMs: number;
  /** Items asked for at once: 1 … maxLeases. */
  readonly maxLeases: number;
  /** Mean of the exponential time that an item is looked at. */
  readonly thinkMs: number;
  /** Shares of the occasions, each drawn on its own. */
  readonly shares: {
    /** Items whose lease is prolonged while they are looked at. */
    readonly heartbeat: number;
    /** Items skipped with a reason. */
    readonly skip: number;
    /** Items given back. */
    readonly release: number;
    /** Answers undone a moment later. */
    readonly undo: number;
    /** Requests for leases, and answers, whose response is lost on the way. */
    readonly lose: number;
    /** Batches of leases left to run out. */
    readonly walkAway: number;
    /** Answers that name another class than the true one. */
    readonly err: number;
  };
}

const shares: Plan['shares'] = {
  heartbeat: 0.15,
  skip: 0.03,
  release: 0.03,
  undo: 0.03,
  lose: 0.05,
  walkAway: 0.02,
  err: 0.05,
};

export const fullPlan: Plan = {
  seed: 1,
  numAnnotators: 200,
  durationMs: 300_000,
  numUnlabeled: 9_400,
  numLabeled: 100,
  numHeldOut: 500,
  everyLabels: 200,
  leaseMs: 60_000,
  maxLeases: 5,
  thinkMs: 8_000,
  shares,
};

export const quickPlan: Plan = {
  ...fullPlan,
  numAnnotators: 20,
  durationMs: 20_000,
  numUnlabeled: 1_900,
  numHeldOut: 100,
  everyLabels: 50,
  leaseMs: 10_000,
  thinkMs: 1_000,
};
