import type { RequeuePolicy } from '@tangent/contracts';

/** A live annotation: exactly one of classKey and skipReason is set. */
export interface AnswerGiven {
  readonly id: string;
  readonly createdAt: Date;
  readonly classKey: string | null;
  readonly skipReason: string | null;
  readonly isFlagged: boolean;
  /** The arm of the lease that it answers; null: none. */
  readonly arm: string | null;
}

export type Resolution =
  | {
      readonly kind: 'labeled';
      readonly classKey: string;
      readonly source: 'annotation' | 'import' | 'review';
      readonly isRandom: boolean;
    }
  | { readonly kind: 'skipped'; readonly reason: string }
  | { readonly kind: 'open' };

/** Skips that say something of the annotator, not of the item: another may know, or the same one later. */
export const undecidedSkips: readonly string[] = ['unsure', 'other'];
/** So many more are asked at most, or an item that nobody knows would go round the whole team. */
const mostAskedMore = 2;

/** An answer that fills no place: somebody else is to be asked. */
function isInDoubt({ skipReason, isFlagged }: AnswerGiven, { skipped, flagged }: RequeuePolicy): boolean {
  if (isFlagged && flagged === 'others') return true;
  return skipped === 'others' && skipReason !== null && undecidedSkips.includes(skipReason);
}

/** What an item's places depend on. */
export interface ItemAnswers {
  readonly answers: readonly AnswerGiven[];
  readonly overlap: number;
  readonly requeue: RequeuePolicy;
  readonly importedClass: string | null;
  /** The class that a reviewer decided on; null: nobody has. */
  readonly reviewedClass: string | null;
}

/** Annotations that an item needs beyond the overlap. None where it was imported with a class: it is in no queue. */
export function numAskedMore({ answers, requeue, importedClass }: ItemAnswers): number {
  if (importedClass !== null) return 0;
  return Math.min(mostAskedMore, answers.filter((answer) => isInDoubt(answer, requeue)).length);
}

/**
 * What an item counts as, given its live annotations.
 *
 * With fewer answers than the overlap and those asked beyond it, it keeps the class that it was imported with, or stays
 * open. With enough, the class that most of them name wins, skips not counted, and of equally frequent ones the one
 * named first; answers in doubt, for which others were asked, count only where these name no class. When all are skips,
 * so is the item, for the most frequent (else first) reason.
 *
 * What a reviewer decided stands, whatever the answers are.
 *
 * A label is random, so that it may train the control arm's model, when no ranking had a hand in choosing its item:
 * imported, or first answered under a lease of the control arm.
 */
export function resolveLabel(input: ItemAnswers): Resolution {
  const { overlap, requeue, importedClass, reviewedClass } = input;
  const answers = [...input.answers].sort(
    (a, b) => a.createdAt.getTime() - b.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  const isRandom = importedClass !== null || answers[0]?.arm === 'control';
  if (reviewedClass !== null) return { kind: 'labeled', classKey: reviewedClass, source: 'review', isRandom };
  if (answers.length < overlap + numAskedMore(input) || answers.length === 0) {
    if (importedClass === null) return { kind: 'open' };
    return { kind: 'labeled', classKey: importedClass, source: 'import', isRandom: true };
  }
  const firm = answers.filter((a) => !isInDoubt(a, requeue));
  const classesOf = (some: readonly AnswerGiven[]) => some.flatMap((a) => a.classKey ?? []);
  const classKey = mostFrequent(classesOf(firm)) ?? mostFrequent(classesOf(answers));
  if (classKey === undefined) {
    return { kind: 'skipped', reason: mostFrequent(answers.flatMap((a) => a.skipReason ?? [])) ?? 'other' };
  }
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
