import type { ProductPrecision } from './feature-table.js';
import type { Observation } from './posterior.js';

export interface FeaturePosteriorOptions {
  /** Φ of every item of the pool, [N, d], in one array or in blocks of as many items each. Neither copied nor written. */
  readonly features: Float32Array | readonly Float32Array[];
  /** d. */
  readonly dimension: number;
  /** f_L(x) of every item, [N, k]: what the trained network predicts. */
  readonly prior: Float32Array | Float64Array;
  readonly numClasses: number;
  readonly observations: readonly Observation[];
  /** Items whose change is watched (E); `pool` is all of them, at linear cost. */
  readonly evaluation: Int32Array | 'pool';
  /** Weight of each evaluation item, [E]; 1 each when absent. */
  readonly relevance?: Float64Array;
  /** λ relative to the mean kernel diagonal of the labeled items (MATH §3); default 1e-2. */
  readonly ridgeRelative?: number;
  /** λ, absolute, whatever the labels; `ridgeRelative` is then only reported. For a state built anew with the λ it had. */
  readonly ridge?: number;
  /** Items to track; all when absent. */
  readonly tracked?: Int32Array;
  /**
   * Of the pass over the features that an update makes; default float64 up to four million numbers, float32 above, where
   * every update computes a part of the state anew so that its rounding does not grow.
   */
  readonly precision?: ProductPrecision;
  /** With float32 passes: updates in which the whole state is computed anew once; default 250. */
  readonly refreshEvery?: number;
  /**
   * With float32 passes: numbers of Φ up to which the first means, variances and reductions are float64 all the same;
   * default 2²⁷.
   */
  readonly mostExactBuild?: number;
}
