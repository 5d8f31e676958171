import type { HeldItem } from './types';

/** What may be swapped for a fresher item: handed out by strategy from an older ranking, and not on its way back from an undo. */
export const isStale = (held: HeldItem, freshKey: string): boolean =>
  held.arm === 'strategy' && held.undone === null && held.rankingKey !== freshKey;

/**
 * The items to give back when the ranking has changed: all stale ones behind the first `numKept`. Items of the
 * control arm stay: giving back a random draw because it ranks low would make the draw not random.
 */
export function staleBehind(
  queue: readonly HeldItem[],
  freshKey: string,
  numKept: number,
): readonly HeldItem[] {
  return queue.slice(numKept).filter((held) => isStale(held, freshKey));
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
