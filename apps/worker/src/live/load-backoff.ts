/** Until a round that could not be loaded is tried again: at first, and after many times in vain. */
export const retryLoadMs = { first: 2000, longest: 5 * 60_000 } as const;

/**
 * Says when a round whose live state could not be loaded may be tried again: after twice as long every time. What an
 * older version computed stays unreadable until the next round; a store that was away comes back, and looks that become
 * rare find that out. Times are milliseconds of any one clock.
 */
export class LoadBackoff {
  private failed: { readonly roundId: string; readonly waitMs: number; readonly retryAt: number } | undefined;

  mayTry(roundId: string, now: number): boolean {
    return this.failed?.roundId !== roundId || now >= this.failed.retryAt;
  }

  /** Notes a load in vain. True at the first one of this round. */
  noteFailure(roundId: string, now: number): boolean {
    const before = this.failed?.roundId === roundId ? this.failed : undefined;
    const waitMs = before ? Math.min(2 * before.waitMs, retryLoadMs.longest) : retryLoadMs.first;
    this.failed = { roundId, waitMs, retryAt: now + waitMs };
    return before === undefined;
  }

  noteSuccess(): void {
    this.failed = undefined;
  }
}
