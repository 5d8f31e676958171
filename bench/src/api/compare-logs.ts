import type { AnnotatorLog, Hold, LoggedAnswer } from './annotator-log.js';

/** A row of the annotations in the database. */
export interface KeptAnnotation {
  readonly id: string;
  readonly itemId: string;
  readonly annotatorId: string;
  readonly leaseId: string | null;
  readonly classKey: string | null;
  readonly skipReason: string | null;
  /** Not superseded. */
  readonly isLive: boolean;
}

/** How often each promise was broken. */
export interface Violations {
  /** Answers that the server said to have kept, and that are not there. */
  readonly lost: number;
  /** Answers that are there with another item, annotator, lease, class or reason, or undone although nobody undid them. */
  readonly changed: number;
  /** Answers that are there more than once: further ones under the same lease, or of the same item (overlap 1). */
  readonly doubled: number;
  /** Answers that are there and that nobody gave. */
  readonly invented: number;
  /** Undone answers that still count. */
  readonly undoLost: number;
  /** Times that an item was in two annotators' hands at once, by their own logs. */
  readonly heldByTwo: number;
}

/** Compares what the annotators know with what the database holds; for projects with an overlap of 1. */
export function compareLogs(
  logs: readonly AnnotatorLog[],
  annotations: readonly KeptAnnotation[],
): Violations {
  const byId = new Map(annotations.map((row) => [row.id, row]));
  const accounted = new Set<string>();
  const mayBeKept = new Set<string>();
  let [lost, changed, undoLost] = [0, 0, 0];
  for (const { annotatorId, answers } of logs)
    for (const answer of answers) {
      const { outcome } = answer;
      if (outcome.kind === 'unsure') mayBeKept.add(answer.leaseId);
      if (outcome.kind !== 'kept') continue;
      accounted.add(outcome.annotationId);
      const row = byId.get(outcome.annotationId);
      if (!row) lost++;
      else if (!isSame(row, annotatorId, answer)) changed++;
      else if (outcome.undo === 'done' && row.isLive) undoLost++;
      else if (outcome.undo === 'none' && !row.isLive) changed++;
    }
  const invented = annotations.filter(
    ({ id, leaseId }) => !accounted.has(id) && !(leaseId !== null && mayBeKept.has(leaseId)),
  ).length;
  const leaseIds = annotations.flatMap(({ leaseId }) => leaseId ?? []);
  const liveItems = annotations.filter(({ isLive }) => isLive).map(({ itemId }) => itemId);
  return {
    lost,
    changed,
    doubled: numRepeated(leaseIds) + numRepeated(liveItems),
    invented,
    undoLost,
    heldByTwo: countOverlaps(logs.flatMap(({ holds }) => holds)),
  };
}

function isSame(row: KeptAnnotation, annotatorId: string, answer: LoggedAnswer): boolean {
  return (
    row.annotatorId === annotatorId &&
    row.itemId === answer.itemId &&
    row.leaseId === answer.leaseId &&
    row.classKey === answer.classKey &&
    row.skipReason === answer.skipReason
  );
}

const numRepeated = (values: readonly string[]) => values.length - new Set(values).size;

/** How many holds begin while an earlier one of the same item lasts. One that ends before it begins holds nothing. */
export function countOverlaps(holds: readonly Hold[]): number {
  const endOf = new Map<string, number>();
  let count = 0;
  for (const { itemId, from, until } of [...holds].sort((a, b) => a.from - b.from)) {
    if (until <= from) continue;
    const lasts = endOf.get(itemId) ?? Number.NEGATIVE_INFINITY;
    if (from < lasts) count++;
    endOf.set(itemId, Math.max(lasts, until));
  }
  return count;
}
