/** Rows whose largest output is at the true class; the first of equals counts. outputs: [n, numClasses]. */
export function countCorrect(
  outputs: ArrayLike<number>,
  classes: ArrayLike<number>,
  numClasses: number,
): number {
  let correct = 0;
  for (let i = 0; i < classes.length; i++) {
    let best = 0;
    for (let j = 1; j < numClasses; j++)
      if (outputs[i * numClasses + j]! > outputs[i * numClasses + best]!) best = j;
    if (best === classes[i]) correct++;
  }
  return correct;
}

/** A share and its Wilson interval. */
export interface Accuracy {
  readonly accuracy: number;
  readonly numCorrect: number;
  readonly numExamples: number;
  readonly interval: readonly [low: number, high: number];
}

/**
 * Share of correct answers with its Wilson score interval of 95% (Wilson 1927), which stays inside [0, 1] and is honest
 * for few examples and for shares near 1. Throws RangeError for no examples.
 */
export function accuracyOf(numCorrect: number, numExamples: number): Accuracy {
  if (!(numExamples > 0 && numCorrect >= 0 && numCorrect <= numExamples))
    throw new RangeError(`accuracyOf: ${numCorrect} of ${numExamples} is no share`);
  const z = 1.959963984540054;
  const p = numCorrect / numExamples;
  const z2 = (z * z) / numExamples;
  const centre = (p + z2 / 2) / (1 + z2);
  const half = (z / (1 + z2)) * Math.sqrt((p * (1 - p)) / numExamples + z2 / (4 * numExamples));
  return {
    accuracy: p,
    numCorrect,
    numExamples,
    interval: [Math.max(0, centre - half), Math.min(1, centre + half)],
  };
}
