import { chooseRidge, KernelPosterior, matrixGram, oneHot } from '@tangent/ntk';

/** λ to choose from, relative to the mean kernel diagonal. */
const ridges = [0.01, 0.03, 0.1, 0.3, 1];

export interface LabelRegressionInput {
  /** K of n items, [n, n] float64, of which the first are the labeled ones. */
  readonly kernel: Float64Array;
  /** Of the labeled items. */
  readonly classes: Int32Array;
  readonly numClasses: number;
  /** Positions among the n. */
  readonly evaluation?: Int32Array;
  readonly relevance?: Float64Array;
  readonly tracked?: Int32Array;
}

/**
 * Kernel regression on the labels themselves, f_L = 0, with the λ of least leave-one-out error: the network has seen these
 * labels, and regression on what it leaves of them would say nothing of new ones (MATH §3). Cost about 14N³ flops.
 */
export function regressLabels(input: LabelRegressionInput): KernelPosterior {
  const { kernel, classes, numClasses } = input;
  const n = Math.round(Math.sqrt(kernel.length));
  const numLabeled = classes.length;
  const labeled = new Float64Array(numLabeled * numLabeled);
  for (let i = 0; i < numLabeled; i++)
    labeled.set(kernel.subarray(i * n, i * n + numLabeled), i * numLabeled);
  const observations = Array.from(classes, (c, item) => ({ item, target: oneHot(c, numClasses) }));
  const targets = Float64Array.from(observations.flatMap(({ target }) => [...target]));
  const { best } = chooseRidge(labeled, targets, numClasses, { ridgesRelative: ridges });
  return KernelPosterior.build({
    gram: matrixGram(kernel, n),
    prior: new Float64Array(n * numClasses),
    numClasses,
    observations,
    evaluation: input.evaluation ?? Int32Array.of(0),
    ...(input.relevance && { relevance: input.relevance }),
    ...(input.tracked && { tracked: input.tracked }),
    ridgeRelative: best.ridgeRelative,
  });
}
