/** One on screen and one behind it: with less, every answer would be followed by a wait. */
const smallestShare = 2;

/**
 * How many leases an annotator may hold at once where few places are open: half of what each of those at work would have,
 * so that whoever comes finds some too. A place is one annotation that is still asked for, those on lease included.
 */
export function fairShare({
  numPlaces,
  numOthers,
}: {
  readonly numPlaces: number;
  /** Other annotators who hold a lease. */
  readonly numOthers: number;
}): number {
  return Math.max(smallestShare, Math.floor(numPlaces / (2 * (numOthers + 1))));
}
