/** Of the time, how much may go into publishing while labels keep coming: every publication writes the whole order. */
const largestShare = 0.25;

/**
 * When an order may be published. The first label after a quiet time is published at once, so that a single annotator sees
 * what it did; under load a pause follows that is as long as the last publication makes it. Times in ms, of one clock.
 */
export class PublishPace {
  private nextAt = Number.NEGATIVE_INFINITY;

  notePublished({ from, to }: { readonly from: number; readonly to: number }): void {
    this.nextAt = to + (to - from) * (1 / largestShare - 1);
  }

  /** 0: at once. */
  waitMs(now: number): number {
    return Math.max(0, this.nextAt - now);
  }
}
