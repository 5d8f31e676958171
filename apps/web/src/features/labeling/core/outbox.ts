import { Store } from '../../../lib/external-store';

/** What became of a try to deliver: done, to be tried again later, or to be tried at once in another form. */
export type Delivery<E> =
  | { readonly kind: 'done' }
  | { readonly kind: 'later' }
  | { readonly kind: 'instead'; readonly entry: E };

export interface OutboxEntry {
  readonly localId: string;
  /** Delivered in this order. */
  readonly seq: number;
  /** As stored: a delivery was begun, so it may have arrived, whatever became of the answer to it. */
  readonly wasTried?: boolean;
}

export interface EntryStorage<E> {
  load(): readonly E[];
  put(entry: E): void;
  remove(localId: string): void;
}

export interface OutboxState<E> {
  readonly entries: readonly E[];
  /** The last try failed: the entries wait for the network, or for a login. */
  readonly isStalled: boolean;
}

interface Options<E> {
  readonly storage: EntryStorage<E>;
  readonly deliver: (entry: E) => Promise<Delivery<E>>;
  /** First wait after a failure, doubled up to fifteen times as long; default 1,000. */
  readonly retryMs?: number;
}

/**
 * Delivers entries one after the other, in order, until each is answered for good. One at a time, because an
 * undo must not overtake the answer that it undoes. Entries are stored before the first try.
 */
export class Outbox<E extends OutboxEntry> {
  readonly state: Store<OutboxState<E>>;
  readonly #options: Options<E>;
  readonly #tried = new Set<string>();
  #isRunning = false;
  #isStopped = false;
  #wake: (() => void) | null = null;

  constructor(options: Options<E>) {
    this.#options = options;
    const entries = [...options.storage.load()].sort((a, b) => a.seq - b.seq);
    for (const { localId, wasTried } of entries) if (wasTried === true) this.#tried.add(localId);
    this.state = new Store({ entries, isStalled: false });
  }

  add(entry: E): void {
    this.#options.storage.put(entry);
    this.state.update({ entries: [...this.state.get().entries, entry] });
    void this.run();
  }

  /** Takes an entry back; false when it is on its way, or may have arrived, or is gone. */
  cancel(localId: string): boolean {
    const isThere = this.state.get().entries.some((entry) => entry.localId === localId);
    if (!isThere || this.#tried.has(localId)) return false;
    this.#drop(localId);
    return true;
  }

  amend(localId: string, change: Partial<E>): void {
    const entries = this.state.get().entries.map((entry) => {
      if (entry.localId !== localId) return entry;
      const amended = { ...entry, ...change };
      this.#options.storage.put({ ...amended, wasTried: this.#tried.has(localId) });
      return amended;
    });
    this.state.update({ entries });
  }

  /** Tries at once what waits for a later try: the network is back, or somebody logged in. */
  poke(): void {
    this.#wake?.();
    void this.run();
  }

  stop(): void {
    this.#isStopped = true;
    this.#wake?.();
  }

  async run(): Promise<void> {
    if (this.#isRunning || this.#isStopped) return;
    this.#isRunning = true;
    const { deliver, retryMs = 1000 } = this.#options;
    try {
      for (let numFailures = 0; !this.#isStopped; ) {
        const entry = this.state.get().entries[0];
        if (entry === undefined) break;
        if (!this.#tried.has(entry.localId)) {
          this.#tried.add(entry.localId);
          this.#options.storage.put({ ...entry, wasTried: true });
        }
        const delivery = await deliver(entry);
        if (delivery.kind === 'later') {
          this.state.update({ isStalled: true });
          await this.#sleep(retryMs * Math.min(15, 2 ** numFailures));
          numFailures += 1;
          continue;
        }
        numFailures = 0;
        this.state.update({ isStalled: false });
        if (delivery.kind === 'done') this.#drop(entry.localId);
        else this.amend(entry.localId, delivery.entry);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  #drop(localId: string): void {
    this.#options.storage.remove(localId);
    this.#tried.delete(localId);
    const entries = this.state.get().entries.filter((entry) => entry.localId !== localId);
    this.state.update({ entries });
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = null;
        resolve();
      };
    });
  }
}
