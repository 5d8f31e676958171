/** Input further apart than this was a pause, not work. */
const idleMs = 30_000;

/**
 * How long an annotator looked at an item: wall time since it was shown, and the part of it in which the page
 * was visible and the person did something at least every 30 seconds.
 */
export class ActiveClock {
  readonly #now: () => number;
  #shownAtMs: number;
  #activeMs = 0;
  #lastSeenMs: number;
  #isVisible = true;

  constructor(now: () => number) {
    this.#now = now;
    this.#shownAtMs = now();
    this.#lastSeenMs = this.#shownAtMs;
  }

  restart(): void {
    this.#shownAtMs = this.#now();
    this.#lastSeenMs = this.#shownAtMs;
    this.#activeMs = 0;
  }

  noteInput(): void {
    this.#count();
  }

  noteVisibility(isVisible: boolean): void {
    this.#count();
    this.#isVisible = isVisible;
  }

  read(): { readonly activeMs: number; readonly wallMs: number } {
    this.#count();
    return { activeMs: Math.round(this.#activeMs), wallMs: Math.round(this.#now() - this.#shownAtMs) };
  }

  #count(): void {
    const nowMs = this.#now();
    if (this.#isVisible) this.#activeMs += Math.min(idleMs, nowMs - this.#lastSeenMs);
    this.#lastSeenMs = nowMs;
  }
}
