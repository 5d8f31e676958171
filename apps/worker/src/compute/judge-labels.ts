import { findSuspects, looMeans, type Suspect } from '@tangent/ntk';
import { regressLabels } from './label-regression.js';

export interface JudgeInput {
  /** K of the labeled items, [n, n] float64. */
  readonly kernel: Float64Array;
  readonly classes: Int32Array;
  readonly ids: readonly string[];
  readonly numClasses: number;
}

export interface Judgement {
  /** The most suspect first, equals by id. */
  readonly suspects: readonly Suspect[];
  readonly numJudged: number;
  readonly ridgeRelative: number | null;
  readonly reason: string | null;
}

/** Fewer labels say too little of each other. */
export const fewestLabels = 10;

export const noJudgement = (reason: string): Judgement => ({
  suspects: [],
  numJudged: 0,
  ridgeRelative: null,
  reason,
});

export const tooFewLabels = (numLabels: number): Judgement =>
  noJudgement(
    `The live model knows ${numLabels} labels, and ${fewestLabels} are the fewest that can judge each other: label more.`,
  );

/**
 * The labels that exact leave-one-out prediction from all others contradicts. The label of a class that no other item has
 * is not judged: without it nothing could predict the class.
 */
export function judgeLabels({ kernel, classes, ids, numClasses }: JudgeInput): Judgement {
  const counts = new Int32Array(numClasses);
  for (const c of classes) counts[c]!++;
  const numJudged = classes.filter((c) => counts[c]! > 1).length;
  if (classes.length < fewestLabels) return tooFewLabels(classes.length);
  if (counts.filter((count) => count > 1).length < 2)
    return noJudgement(
      'Only one class has two labels or more, so that no other could be suggested: label other classes.',
    );
  const posterior = regressLabels({ kernel, classes, numClasses });
  const { means } = looMeans(posterior);
  const suspects = findSuspects(means, classes, ids, numClasses).filter(({ label }) => counts[label]! > 1);
  return { suspects, numJudged, ridgeRelative: posterior.ridgeRelative, reason: null };
}
