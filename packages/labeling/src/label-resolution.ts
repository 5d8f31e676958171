/** A live annotation: exactly one of classKey and skipReason is set. */
export interface AnswerGiven {
  readonly id: string;
  readonly createdAt: Date;
  readonly classKey: string | null;
  readonly skipReason: string | null;
  /** The arm of the lease that it answers; null: none. */
  readonly arm: string | null;
}

export type Resolution =
  | {
      readonly kind: 'labeled';
      readonly classKey: string;
      readonly source: 'annotation' | 'import';
      readonly isRandom: boolean;
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'open' };

/**
 * What an item counts as, given its live annotations.
 *
 * With fewer than `overlap` answers it keeps the class that it was imported with, or stays open. With enough, the
 * class that most of them name wins, skips not counted, and of equally frequent ones the one named first; when all
 * are skips, so is the item, for the most frequent (else first) reason.
 *
 * A label is random, so that it may train the control arm's model, when no ranking had a hand in choosing its item:
 * imported, or first answered under a lease of the control arm.
 */
export function resolveLabel(input: {
  readonly answers: readonly AnswerGiven[];
  readonly overlap: number;
  readonly importedClass: string | null;
}): Resolution {
  const { overlap, importedClass } = input;
  const answers = [...input.answers].sort(
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  if (answers.length < overlap || answers.length === 0) {
    if (importedClass === null) return { kind: 'open' };
    return { kind: 'labeled', classKey: importedClass, source: 'import', isRandom: true };
  }
  const classKey = mostFrequent(answers.flatMap((a) => a.classKey ?? []));
  if (classKey === undefined) {
    return { kind: 'skipped', reason: mostFrequent(answers.flatMap((a) => a.skipReason ?? [])) ?? 'other' };
  }
  const isRandom = importedClass !== null || answers[0]!.arm === 'control';
  return { kind: 'labeled', classKey, source: 'annotation', isRandom };
}

function mostFrequent(values: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let best: string | undefined;
  // A Map keeps the order of first appearance, so a tie goes to the earliest.
  for (const [value, count] of counts) if (best === undefined || count > counts.get(best)!) best = value;
  return best;
}
