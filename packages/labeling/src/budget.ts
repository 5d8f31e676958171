export interface RoundDueInput {
  /** The project's trigger; null: rounds only on request. */
  readonly everyLabels: number | null;
  /** Labels (not held out) that the last round's snapshot does not hold. */
  readonly numLabelsSinceRound: number;
  /** Classes with at least one label that is not held out. */
  readonly numClassesLabeled: number;
  readonly numUnlabeled: number;
  readonly hasActiveRound: boolean;
  /** Whether there was ever a round, finished or not. */
  readonly hasAnyRound: boolean;
}

/**
 * Whether a round should start by itself, and why: `first` as soon as a model can be trained at all, then `labels`
 * after every so many of them. A round that failed counts as the last one too: the next is due only after as many
 * labels again, or a fault that no label heals would start rounds for ever.
 */
export function isRoundDue(input: RoundDueInput): 'first' | 'labels' | null {
  if (input.everyLabels === null || input.hasActiveRound) return null;
  if (input.numClassesLabeled < 2 || input.numUnlabeled < 1) return null;
  if (!input.hasAnyRound) return 'first';
  return input.numLabelsSinceRound >= input.everyLabels ? 'labels' : null;
}
