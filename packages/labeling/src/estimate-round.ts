const phases = ['training', 'featurizing', 'scoring', 'selecting'] as const;

/** What the time of a round grows with. */
export interface RoundSize {
  readonly numItems: number;
  readonly trainingSteps: number;
  readonly batchSize: number;
}

export interface PhaseEstimate {
  readonly phase: (typeof phases)[number];
  readonly ms: number;
}

/**
 * How long the phases of a round will take, by those of one that is done: training in proportion to its steps, features
 * and scores to the items, picking the batch to items × batch. Phases that were not timed are left out.
 */
export function estimatePhases(
  timings: Readonly<Record<string, number>>,
  from: RoundSize,
  to: RoundSize,
): PhaseEstimate[] {
  const items = to.numItems / Math.max(1, from.numItems);
  const factors: Readonly<Record<PhaseEstimate['phase'], number>> = {
    training: to.trainingSteps / Math.max(1, from.trainingSteps),
    featurizing: items,
    scoring: items,
    selecting: (items * to.batchSize) / Math.max(1, from.batchSize),
  };
  return phases.flatMap((phase) => {
    const ms = timings[phase];
    return ms === undefined ? [] : [{ phase, ms: ms * factors[phase] }];
  });
}
