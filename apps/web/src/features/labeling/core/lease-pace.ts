import { numKeptAhead } from './lease-queue';

/** To swap items, and to load their images. */
const tripsPerSwap = 2;

/** How quick the annotator is, and how quick the server: what decides how many items are held, and how many stale ones stay. */
export class LeasePace {
  readonly #now: () => number;
  #roundTripMs = 0;
  #paceMs = Number.POSITIVE_INFINITY;
  #answeredAtMs = Number.NEGATIVE_INFINITY;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Quick to learn that the server is slow, slow to forget it: what it costs to be wrong is an empty screen. */
  noteTrip(tripMs: number): void {
    this.#roundTripMs += (tripMs > this.#roundTripMs ? 0.5 : 0.2) * (tripMs - this.#roundTripMs);
  }

  /** An item is answered. One long look among quick ones is a pause, no pace. */
  noteAnswer(): void {
    const nowMs = this.#now();
    const lastMs = nowMs - this.#answeredAtMs;
    const isKnown = Number.isFinite(this.#paceMs);
    this.#paceMs = isKnown ? (this.#paceMs + Math.min(lastMs, 2 * this.#paceMs)) / 2 : lastMs;
    this.#answeredAtMs = nowMs;
  }

  /** Who looks at an item for long is slow now, however quick she was. */
  get numKept(): number {
    const paceMs = Math.max(this.#paceMs, this.#now() - this.#answeredAtMs);
    return numKeptAhead({ swapMs: tripsPerSwap * this.#roundTripMs, paceMs });
  }

  /** Items to hold, `least` or more: twice what she may reach before others come, and no more than twice `least`. */
  numHeld(least: number): number {
    return Math.min(2 * least, Math.max(least, 2 * this.numKept));
  }
}
