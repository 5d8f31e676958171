export interface RoundDueInput {
  /** The project's triggers; null: not by labels. */
  readonly everyLabels: number | null;
  /** null: not by age; both null: rounds only on request. */
  readonly everyMs: number | null;
  /** Labels (not held out) that the last round's snapshot does not hold. */
  readonly numLabelsSinceRound: number;
  /** Age of the last round, from its start; null: there was never one, finished or not. */
  readonly msSinceRound: number | null;
  /** Age of the last change of a label; null: there was none. */
  readonly msSinceLabel: number | null;
  /** Classes with at least one label that is not held out. */
  readonly numClassesLabeled: number;
  readonly numUnlabeled: number;
  readonly hasActiveRound: boolean;
}

/** A round by age waits for so long a pause, so that a burst of labels makes one round with all of them … */
const quietMs = 10_000;
/** … and no longer than this for a pause that never comes. */
const longestWaitMs = 60_000;

/**
 * Whether a round should start by itself, and why: `first` as soon as a model can be trained at all, then `labels`
 * after every so many of them, or `age` once the last round is old and there is a label that it does not know. A round
 * that failed counts as the last one too: the next is due only after as many labels, or as long a time and a label,
 * again, or a fault that no label heals would start rounds for ever.
 */
export function isRoundDue(input: RoundDueInput): 'first' | 'labels' | 'age' | null {
  const { everyLabels, everyMs, numLabelsSinceRound, msSinceRound, msSinceLabel } = input;
  if ((everyLabels === null && everyMs === null) || input.hasActiveRound) return null;
  if (input.numClassesLabeled < 2 || input.numUnlabeled < 1) return null;
  if (msSinceRound === null) return 'first';
  if (everyLabels !== null && numLabelsSinceRound >= everyLabels) return 'labels';
  if (everyMs === null || numLabelsSinceRound < 1 || msSinceRound < everyMs) return null;
  const isQuiet = msSinceLabel === null || msSinceLabel >= quietMs;
  return isQuiet || msSinceRound >= everyMs + longestWaitMs ? 'age' : null;
}
