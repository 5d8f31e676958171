import { relevanceWeights } from '@tangent/acquisition';
import { decodePoolFeatures } from './pool-features.js';
import { gramOf, type ScoringSettings } from './pool-state.js';

/** More verdicts than these say nothing new, and would cost a kernel block each. */
export const mostRejected = 500;

export interface RelevanceInput extends Pick<ScoringSettings, 'plan' | 'kernel' | 'model'> {
  /** Features of the labeled, the evaluation and the rejected items, in this order. */
  readonly features: Uint8Array;
  readonly weights: readonly number[];
  readonly numLabeled: number;
  readonly numEvaluation: number;
  readonly numRejected: number;
}

/** Weight of each evaluation item: low near what was rejected as not relevant. */
export function weighRelevance(input: RelevanceInput): Float64Array {
  const { weights, numLabeled, numEvaluation, numRejected } = input;
  const range = (from: number, count: number) => Int32Array.from({ length: count }, (_, i) => from + i);
  return relevanceWeights({
    gram: gramOf(input, { features: decodePoolFeatures(input.features), weights }),
    labeled: range(0, numLabeled),
    evaluation: range(numLabeled, numEvaluation),
    rejected: range(numLabeled + numEvaluation, numRejected),
  });
}
