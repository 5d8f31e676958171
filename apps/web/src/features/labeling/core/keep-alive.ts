interface Options {
  readonly leaseMs: number;
  /** Milliseconds of a clock that never jumps. */
  readonly now: () => number;
  readonly prolong: () => Promise<void>;
}

/** Prolongs leases as long as somebody is there: the page is visible, and had some input in the span of a lease. */
export class KeepAlive {
  readonly #options: Options;
  #lastActiveMs: number;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: Options) {
    this.#options = options;
    this.#lastActiveMs = options.now();
  }

  start(): void {
    this.#timer = setInterval(() => this.#look(), this.#options.leaseMs / 3);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Who comes back from a pause needs her leases at once. */
  noteInput(): void {
    const nowMs = this.#options.now();
    const wasIdle = nowMs - this.#lastActiveMs > this.#options.leaseMs;
    this.#lastActiveMs = nowMs;
    if (wasIdle) this.#look();
  }

  noteVisibility(isVisible: boolean): void {
    if (isVisible) this.#look();
  }

  #look(): void {
    const { leaseMs, now, prolong } = this.#options;
    if (document.visibilityState !== 'visible' || now() - this.#lastActiveMs > leaseMs) return;
    void prolong();
  }
}
