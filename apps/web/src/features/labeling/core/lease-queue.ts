import type { HeldItem } from './types';

/**
 * What is swapped for a fresher item: all that an older ranking handed out, but for what an undo brought back.
 * Draws of the control arm too: keeping them while the others are drawn anew would pile them up, and more
 * than the project's share of what is labeled would be random.
 */
export const isStale = (held: HeldItem, freshKey: string): boolean =>
  held.undone === null && held.rankingKey !== freshKey;

/** The items to give back when the ranking has changed: all stale ones behind the first `numKept`. */
export function staleBehind(
  queue: readonly HeldItem[],
  freshKey: string,
  numKept: number,
): readonly HeldItem[] {
  return queue.slice(numKept).filter((held) => isStale(held, freshKey));
}

/**
 * How many items at the head of the queue stay when the ranking has changed: those that the annotator may reach while
 * the others are given back and fresh ones come. A stale item is the lesser evil; an empty screen stops the work.
 */
export function numKeptAhead({
  swapMs,
  paceMs,
}: {
  /** How long it takes to swap items. */
  readonly swapMs: number;
  /** From one answer to the next. */
  readonly paceMs: number;
}): number {
  return 1 + Math.round(swapMs / Math.max(1, paceMs));
}

/**
 * Undone items first, then stale ones in their order, then the fresh ones by rank. Items without a rank
 * (control arm, no ranking yet) stay at their places among the fresh.
 */
export function inRankOrder(queue: readonly HeldItem[], freshKey: string): readonly HeldItem[] {
  const undone = queue.filter((held) => held.undone !== null);
  const stale = queue.filter((held) => isStale(held, freshKey));
  const fresh = queue.filter((held) => held.undone === null && !isStale(held, freshKey));
  const ranked = fresh.filter((held) => held.arm === 'strategy').sort(byRank);
  let next = 0;
  const ordered = fresh.map((held) => (held.arm === 'strategy' ? ranked[next++]! : held));
  return [...undone, ...stale, ...ordered];
}

function byRank(a: HeldItem, b: HeldItem): number {
  const difference = (a.rank ?? Number.POSITIVE_INFINITY) - (b.rank ?? Number.POSITIVE_INFINITY);
  return difference !== 0 && !Number.isNaN(difference) ? difference : a.item.id < b.item.id ? -1 : 1;
}
