// T tracked, E evaluation, k classes. Everything float64, row-major.

/** A labeled item: its index in the Gram and its target, [k] (one-hot for a class). */
export interface Observation {
  readonly item: number;
  readonly target: Float64Array;
}

/**
 * Kernel regression on the network's residuals as a Gaussian posterior: the closed form of “retraining” (MATH §3) and of
 * look-ahead (MATH §4), whichever form keeps it: kernel space, feature space, or blocks of the eNTK. Holds mean m(x) and
 * covariance c(x, x′) given the labels; `observe` adds a label and `forget` takes one away, both exactly (MATH §5).
 */
export interface Posterior {
  readonly numClasses: number;
  /** λ, absolute, with the jitter if there was any; and as asked for, relative to the first labels’ mean diagonal. */
  readonly ridge: number;
  readonly ridgeRelative: number;
  /** What the factorisation needed beyond the λ that was asked for; `ridge` holds it already. */
  readonly jitter: number;
  /** Rank-one updates since the factorisation. */
  readonly numUpdates: number;
  /** Whether rounding, or what the updates have left behind, has come so far that `refactorised` is worth its cost. */
  readonly needsRefactorising: boolean;
  /** Items tracked, and items whose change is watched (E), by index in the Gram. */
  readonly tracked: Int32Array;
  readonly evaluation: Int32Array;
  readonly numTracked: number;
  /** m(T), [T, k]: what is predicted now. A view that later updates may change. */
  readonly mean: Float64Array;
  /** m(E), [E, k]. */
  readonly evaluationMean: Float64Array;
  /** q(T) = c(x, x), [T]; of the eNTK tr Q / k. */
  readonly variance: Float64Array;
  /** Labels that the state knows, by item. */
  readonly observations: ReadonlyMap<number, Float64Array>;

  /** Σ_E w q: what is uncertain over the evaluation set. */
  totalVariance(): number;
  /** By how much a label at each tracked item lowers the total variance: n/(q + λ) with n = Σ_E w c², [T], the caller’s own. */
  varianceDrops(): Float64Array;
  /**
   * How far the outputs over E move when each tracked item gets a label with the residual r = y − m(x′) of its row:
   * Σ_E w ‖Δm‖₂ (`l1`) or Σ_E w ‖Δm‖₂² (`l2`), [T]. residuals: [T, k].
   */
  outputChanges(residuals: Float64Array, norm: 'l1' | 'l2'): Float64Array;
  /** What a label at position t would change; nothing changes now. */
  lookAt(t: number): LookAhead;

  /** Adds the label `target`, [k], of the tracked item at position t. Throws RangeError if it has one. */
  observe(t: number, target: Float64Array): void;
  /** Takes the label of the tracked item at position t away. Throws RangeError if it has none, or the only one. */
  forget(t: number): void;
  /** Updates the covariance as if the item had a label, and the means too when a target is assumed. */
  assume(t: number, target?: Float64Array): void;
  /**
   * Work that updates put off until after the answer, where a form does so; m, q and n stay the same but for rounding.
   * `likely`: positions whose labels may come, or be assumed, next, for a form that can do part of their work ahead.
   */
  settle(likely?: Int32Array): void;
  /** The same state over some of the tracked items (positions), as a copy of its own. */
  restrict(positions: Int32Array): Posterior;
  /** Says that this state is asked nothing any more: what it shared with others, they may write without a copy. */
  release(): void;
  /**
   * The state built anew with the same λ from its labels: the same numbers without the rounding of the updates. Or from
   * others, `observations`: what many updates would come to, at the price of one build.
   */
  refactorised(observations?: readonly Observation[]): Posterior;
  /** The labeled items most like the item at position t by the cosine of the kernel, best first. */
  nearestLabeled(t: number, count: number): { readonly item: number; readonly similarity: number }[];
}

/** The change of the means by a label with the residual r = y − m(x′), [k]: exact rank-one retraining. */
export interface LookAhead {
  /** Δm(T), [T, k]. */
  trackedChange(residual: Float64Array): Float64Array;
  /** Δm(E), [E, k]. */
  evaluationChange(residual: Float64Array): Float64Array;
}
