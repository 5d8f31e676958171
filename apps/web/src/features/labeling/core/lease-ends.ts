import { type Client, isApiError } from '@tangent/client';

interface Options {
  readonly api: Client;
  readonly onError: (error: unknown) => void;
  /** Aborted when the page is left. */
  readonly signal: AbortSignal;
}

/** When a lease ends: later, or now. */
export class LeaseEnds {
  readonly #options: Options;

  constructor(options: Options) {
    this.#options = options;
  }

  /** Prolongs a lease; false when it is lost. */
  async prolong(leaseId: string): Promise<boolean> {
    const { api, onError, signal } = this.#options;
    try {
      await api.heartbeatLease({ params: { leaseId } }, { signal });
      return true;
    } catch (error) {
      if (signal.aborted) return true;
      if (isApiError(error, 'lease-expired', 'lease-not-yours', 'not-found')) return false;
      onError(error);
      return true;
    }
  }

  /** Gives an item back. Reaches the server also when the page is left right after. */
  async release(leaseId: string): Promise<void> {
    try {
      await this.#options.api.deleteLease(
        { params: { leaseId } },
        { keepalive: true, retries: { limit: 0 } },
      );
    } catch (error) {
      // It then ends by itself; until then nobody gets the item, which is the lesser evil.
      if (!isApiError(error)) console.warn(`lease ${leaseId} could not be given back`, error);
    }
  }
}
