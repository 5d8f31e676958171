import { BlockPosterior } from '../posterior/block-posterior.js';
import type { Posterior } from '../posterior/posterior.js';

// N labeled items, k classes. Row-major float64.

/** Predictions of labeled items, each by the state without its own label. */
export interface LeaveOneOut {
  /** The labeled items, ascending. */
  readonly items: Int32Array;
  /** m without the item’s label, [N, k]. */
  readonly means: Float64Array;
  /** Their targets, [N, k]. */
  readonly targets: Float64Array;
}

/**
 * What the posterior would predict for every labeled item had it not been labeled: y − (y − m)λ/(λ − q), exactly, since
 * H_ii = q/λ. Of blocks by downdates. For calibrating probabilities without a held-out set. f_L counts as given: where
 * the network was trained on these labels, its outputs have seen them. Cost N·k; of blocks N downdates.
 * Throws RangeError for a posterior that does not track its labeled items, or that has one label only.
 */
export function looMeans(posterior: Posterior): LeaveOneOut {
  const { numClasses: k, observations } = posterior;
  if (observations.size < 2)
    throw new RangeError('leave-one-out needs two labels or more; a posterior needs one');
  const { items, positions } = labeledOf(posterior);
  const means = new Float64Array(items.length * k);
  const targets = new Float64Array(items.length * k);
  const labeled = posterior instanceof BlockPosterior ? posterior.restrict(positions) : null;
  positions.forEach((t, l) => {
    const target = observations.get(items[l]!)!;
    targets.set(target, l * k);
    if (labeled) {
      const without = labeled.restrict(Int32Array.of(l));
      without.forget(0);
      means.set(without.mean, l * k);
      return;
    }
    const left = posterior.ridge / (posterior.ridge - posterior.variance[t]!);
    if (!(left > 0)) throw new RangeError(`the label of item ${items[l]} cannot be left out; refactorise`);
    for (let j = 0; j < k; j++)
      means[l * k + j] = target[j]! - left * (target[j]! - posterior.mean[t * k + j]!);
  });
  return { items, means, targets };
}

/** The labeled items, ascending, and their positions among the tracked. Throws RangeError where one is not tracked. */
export function labeledOf({ tracked, observations }: Posterior): {
  readonly items: Int32Array;
  readonly positions: Int32Array;
} {
  const positionOf = new Map(Array.from(tracked, (item, t) => [item, t]));
  const items = Int32Array.from(observations.keys()).sort();
  const positions = items.map((item) => {
    const t = positionOf.get(item);
    if (t === undefined)
      throw new RangeError(`labeled item ${item} is not tracked; track the labeled items too`);
    return t;
  });
  return { items, positions };
}
