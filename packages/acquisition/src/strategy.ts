import type { Random } from '@tangent/compute';
import type { Posterior } from '@tangent/ntk';

/** What a strategy sees of the candidates. The posterior tracks exactly the candidates, in their order. */
export interface ScoringContext {
  readonly posterior: Posterior;
  /** Class probabilities now, [candidates, numClasses]: of the posterior mean. */
  readonly probabilities: Float64Array;
  readonly numClasses: number;
  /** Ids of the candidates: what a random score is drawn from, so that it does not depend on their order. */
  readonly ids: readonly string[];
  /** Seed of everything random. */
  readonly random: Random;
  /** `mlmoc`: L1 norm over the evaluation set, or L2. */
  readonly norm: 'l1' | 'l2';
}

/** An acquisition function with its way of selecting. Adding one is one file, and a line in the registry. */
export interface Strategy {
  readonly name: string;
  /** Raised whenever selections change. */
  readonly version: number;
  /** Ridge relative to the mean kernel diagonal, where a round does not say. */
  readonly ridgeRelative: (norm: 'l1' | 'l2') => number;
  /** `greedy`: each pick is conditioned on those before; `top`: the best scores at once. */
  readonly selection: 'greedy' | 'top';
  /** The greedy picks update the means by pseudo-labels too, not only the covariance. */
  readonly assumesLabels: boolean;
  /** Score of every candidate, higher is better, [candidates]. */
  score(context: ScoringContext): Float64Array;
}
