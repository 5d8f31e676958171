import { quantile95 } from '@tangent/labeling';
import { argmaxRow, forecastRisk, greedyDrops, looMeans } from '@tangent/ntk';
import type { LabelKernel } from './label-kernel.js';
import { regressLabels } from './label-regression.js';

export interface ForecastInput extends Omit<LabelKernel, 'kind' | 'items'> {
  readonly numClasses: number;
  readonly numFurther: number;
}

export interface LabelForecast {
  /** By GCV: squared error on new items, summed over the classes. */
  readonly risk: number;
  /** Half of its 95% interval, by the spread of the leave-one-out errors. */
  readonly riskHalf: number;
  /** After 1, 2, … further labels. */
  readonly after: Float64Array;
  /** The risk that would be left if no variance were. */
  readonly floor: number;
  /** Labels predicted right by all the others. */
  readonly numRight: number;
  readonly effectiveDimension: number;
  readonly ridgeRelative: number;
}

/**
 * Forecast of the risk by kernel regression on the labels alone, f_L = 0, so that GCV and the leave-one-out error mean what
 * they say. The next labels are those among the candidates that lower the variance most, picked greedily.
 * Cost about 14L³ + (L + C)(L + E)(L + B) flops.
 */
export function forecastLabels(input: ForecastInput): LabelForecast {
  const { kernel, classes, numClasses, numLabeled, numCandidates, relevance, numFurther } = input;
  const numTracked = numLabeled + numCandidates;
  const posterior = regressLabels({
    kernel,
    classes,
    numClasses,
    tracked: Int32Array.from({ length: numTracked }, (_, i) => i),
    evaluation: Int32Array.from(relevance, (_, e) => numTracked + e),
    relevance,
  });
  const totalRelevance = relevance.reduce((sum, w) => sum + w, 0);
  const candidates = Int32Array.from({ length: numCandidates }, (_, i) => numLabeled + i);
  const { drops } = greedyDrops(posterior, candidates, numFurther);
  const { now, after, effectiveDimension } = forecastRisk(posterior, drops, { totalRelevance });
  const variance = posterior.totalVariance() / totalRelevance;

  const { means, targets } = looMeans(posterior);
  const errors = Float64Array.from(classes, (_, i) => {
    let sum = 0;
    for (let at = i * numClasses; at < (i + 1) * numClasses; at++) sum += (targets[at]! - means[at]!) ** 2;
    return sum;
  });
  const mean = errors.reduce((a, b) => a + b, 0) / numLabeled;
  const spread = errors.reduce((sum, e) => sum + (e - mean) ** 2, 0) / (numLabeled - 1);
  return {
    risk: now,
    riskHalf: quantile95 * Math.sqrt(spread / numLabeled),
    after,
    floor: (now * posterior.ridge) / (variance + posterior.ridge),
    numRight: classes.filter((c, i) => argmaxRow(means, i, numClasses) === c).length,
    effectiveDimension,
    ridgeRelative: posterior.ridgeRelative,
  };
}
