import type { Random } from '@tangent/compute';
import type { Gram, Posterior } from '@tangent/ntk';
import type { Reason } from './reason.js';

// C candidates, E evaluation items, k classes.

/** What a strategy sees of the candidates. The posterior tracks exactly the candidates, in their order. */
export interface ScoringContext {
  readonly posterior: Posterior;
  /** Class probabilities now, [C, k]: of the posterior mean. */
  readonly probabilities: Float64Array;
  readonly numClasses: number;
  /** Ids of the candidates: what a random score is drawn from, so that it does not depend on their order. */
  readonly ids: readonly string[];
  /** Seed of everything random. */
  readonly random: Random;
  /** `mlmoc`, `emoc`: L1 norm over the evaluation set, or L2. */
  readonly norm: 'l1' | 'l2';
  /** Weight of each evaluation item, [E], as the posterior was built with; null: 1 each. */
  readonly relevance: Float64Array | null;
  /** What else is known of the items; what the strategy `needs` is there. */
  readonly view: PoolView;
}

/** Beside the posterior: arrays by index in the Gram, as `posterior.tracked` and `posterior.observations` name items. */
export interface PoolView {
  /** The kernel, for distances between items. */
  readonly gram?: Gram;
  /** Activations before the last layer, [numItems, width]. */
  readonly embeddings?: Embeddings;
  /** Outputs of the trained network, [numItems, k]. */
  readonly outputs?: Float32Array | Float64Array;
  /** Class probabilities under random dropout masks, [numItems, numDraws, k]. */
  readonly draws?: { readonly values: Float32Array; readonly numDraws: number };
  /** Outputs over E, [E, k], of the network trained again with the item labeled so; null: trained as it is. */
  readonly retrain?: (item: number | null, classIndex: number) => Float64Array;
}
export type Need = keyof PoolView;

export interface Embeddings {
  readonly values: Float32Array;
  readonly width: number;
}

/** Items whose labels are on their way: as good as labeled. The posterior's covariance is conditioned on them already. */
export interface Pending {
  /** By index in the Gram, [P]. */
  readonly items: Int32Array;
  /** Class probabilities now, [P, k]. */
  readonly probabilities: Float64Array;
}

/** What is known of a pool where nothing is trained yet. */
export interface ColdPool {
  /** Of an untrained network: of the candidates and of the covered items. */
  readonly embeddings: Embeddings;
  /** The candidates by index in the embeddings, and their ids in the same order. */
  readonly items: Int32Array;
  readonly ids: readonly string[];
  /** Items that have a label, by index in the embeddings. */
  readonly covered: Int32Array;
  readonly random: Random;
}

/** How a strategy goes on without any model: no posterior, no prediction. */
export interface ColdStart {
  /** First score of every candidate, higher is better. */
  score(pool: ColdPool): Float64Array;
  /** Picks `numPicks` of the candidates (at most all): indices into `items`, each with the score it was picked by. */
  select(pool: ColdPool, numPicks: number): { readonly order: Int32Array; readonly scores: Float64Array };
}

interface StrategyBase {
  readonly name: string;
  /** Raised whenever selections change. */
  readonly version: number;
  /** Ridge relative to the mean kernel diagonal, where a round does not say. */
  readonly ridgeRelative: (norm: 'l1' | 'l2') => number;
  /** What must be in the view. */
  readonly needs: readonly Need[];
  /** Scores by what a label would change over E. Others need no evaluation set, and no prefilter. */
  readonly looksAhead: boolean;
  /** A kernel of the strategy's own: `infinite-width` instead of that of the trained network. */
  readonly kernel?: 'infinite-width';
  /** What annotators are told about why an item was picked. */
  readonly reason: Reason;
  /** Absent: the strategy needs a model. */
  readonly coldStart?: ColdStart;
  /** First score of every candidate, higher is better, [C]. */
  score(context: ScoringContext): Float64Array;
}

/** Takes the best scores: at once (`top`), or each conditioned on those before (`greedy`). */
export interface ScoreStrategy extends StrategyBase {
  readonly selection: 'greedy' | 'top';
  /** The greedy picks update the means by pseudo-labels too, not only the covariance. */
  readonly assumesLabels: boolean;
}

/** Picks a set by a rule of its own. */
export interface SetStrategy extends StrategyBase {
  readonly selection: 'set';
  /** Picks `numPicks` ≤ C of the candidates, in order, each with the score it was picked by. */
  select(
    context: ScoringContext,
    numPicks: number,
    pending: Pending,
  ): { readonly order: Int32Array; readonly scores: Float64Array };
}

/** An acquisition function with its way of selecting. Adding one is one file, and a line in the registry. */
export type Strategy = ScoreStrategy | SetStrategy;
